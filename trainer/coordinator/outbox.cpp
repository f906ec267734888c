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
  while (!texts_.empty() && box_.send(texts_.front(), std::chrono::milliseconds(0))) texts_.pop_front();
  return texts_.empty();
}

}  // namespace galen::trainer
