#pragma once

#include "trainer/coordinator/message_box.h"

#include <deque>
#include <mutex>
#include <string>

namespace galen::trainer {

/// The sender's side of a MessageBox that never waits: texts that do not fit, because the other side hangs, are kept here until flush()
/// can send them. Thread-safe.
class Outbox {
 public:
  explicit Outbox(MessageBox& box) : box_(box) {}

  void post(std::string text);

  /// Sends what fits. True if nothing is left. Throws for a text that can never fit, and drops it.
  bool flush();

 private:
  MessageBox& box_;
  std::mutex mutex_;
  std::deque<std::string> texts_;
};

}  // namespace galen::trainer
