#pragma once

#include "trainer/coordinator/message_box.h"

#include <deque>
#include <mutex>
#include <string>

namespace galen::trainer {

/// The sender's side of a MessageBox that never waits: what finds no room, as the other side hangs, is kept here until flush() finds some.
/// Any thread.
class Outbox {
 public:
  explicit Outbox(MessageBox& box) : box_(box) {}

  void post(std::string text);

  /// Sends what there is room for. True where nothing is left. A text that the box can never take is dropped: that throws.
  bool flush();

 private:
  MessageBox& box_;
  std::mutex mutex_;
  std::deque<std::string> texts_;
};

}  // namespace galen::trainer
