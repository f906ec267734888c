#include "trainer/coordinator/outbox.h"

#include <chrono>
#include <utility>

namespace galen::trainer {

void Outbox::post(std::string text) {
  {
    const std::lock_guard lock(mutex_);
    texts_.push_back(std::move(text));
  }
  flush();
}

bool Outbox::flush() {
  const std::lock_guard lock(mutex_);
  while (!texts_.empty()) {
    try {
      if (!box_.send(texts_.front(), std::chrono::milliseconds(0))) return false;
    } catch (...) {
      texts_.pop_front();  // a text that is too large does not block the next ones
      throw;
    }
    texts_.pop_front();
  }
  return true;
}

}  // namespace galen::trainer
