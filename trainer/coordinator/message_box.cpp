#include "trainer/coordinator/message_box.h"

#include "galen/futex.h"

#include <c10/util/Exception.h>

#include <algorithm>
#include <cstring>

namespace galen::trainer {

// Total bytes written and read; the words count sends and receipts, and receive() and send() sleep on them.
struct alignas(64) MessageBox::Ends {
  std::atomic<std::int64_t> written;
  std::atomic<std::uint32_t> sends;
  alignas(64) std::atomic<std::int64_t> read;
  std::atomic<std::uint32_t> receipts;
};

std::int64_t MessageBox::bytes(std::int64_t capacity) { return static_cast<std::int64_t>(sizeof(Ends)) + (capacity + 63) / 64 * 64; }

MessageBox::MessageBox(std::byte* memory, std::int64_t capacity)
    : ends_(*reinterpret_cast<Ends*>(memory)), ring_(memory + sizeof(Ends)), capacity_(capacity) {}

bool MessageBox::send(const std::string& text, std::chrono::milliseconds patience) {
  const auto end = std::chrono::steady_clock::now() + patience;
  const auto size = static_cast<std::int64_t>(text.size());
  const std::int64_t needed = size + static_cast<std::int64_t>(sizeof size);
  TORCH_CHECK(needed <= capacity_, "a message of ", needed, " bytes for a box of ", capacity_);
  for (;;) {
    const std::uint32_t receipts = ends_.receipts.load();
    if (ends_.written.load() + needed - ends_.read.load() <= capacity_) break;
    if (std::chrono::steady_clock::now() >= end) return false;
    sleep_on(ends_.receipts, receipts);
  }
  const std::int64_t place = ends_.written.load();
  put(place, &size, sizeof size);
  put(place + static_cast<std::int64_t>(sizeof size), text.data(), size);
  ends_.written.store(place + needed);
  ends_.sends.fetch_add(1);
  wake_all(ends_.sends);
  return true;
}

std::optional<std::string> MessageBox::receive(std::chrono::milliseconds patience) {
  const auto end = std::chrono::steady_clock::now() + patience;
  const std::int64_t place = ends_.read.load();
  for (;;) {
    const std::uint32_t sends = ends_.sends.load();
    if (ends_.written.load() > place) break;
    if (std::chrono::steady_clock::now() >= end) return std::nullopt;
    sleep_on(ends_.sends, sends);
  }
  std::int64_t size = 0;
  get(place, &size, sizeof size);
  std::string text(static_cast<std::size_t>(size), '\0');
  get(place + static_cast<std::int64_t>(sizeof size), text.data(), size);
  ends_.read.store(place + static_cast<std::int64_t>(sizeof size) + size);
  ends_.receipts.fetch_add(1);
  wake_all(ends_.receipts);
  return text;
}

void MessageBox::put(std::int64_t place, const void* bytes, std::int64_t size) {
  const std::int64_t begin = place % capacity_;
  const std::int64_t until_end = std::min(size, capacity_ - begin);
  std::memcpy(ring_ + begin, bytes, static_cast<std::size_t>(until_end));
  std::memcpy(ring_, static_cast<const std::byte*>(bytes) + until_end, static_cast<std::size_t>(size - until_end));
}

void MessageBox::get(std::int64_t place, void* bytes, std::int64_t size) const {
  const std::int64_t begin = place % capacity_;
  const std::int64_t until_end = std::min(size, capacity_ - begin);
  std::memcpy(bytes, ring_ + begin, static_cast<std::size_t>(until_end));
  std::memcpy(static_cast<std::byte*>(bytes) + until_end, ring_, static_cast<std::size_t>(size - until_end));
}

}  // namespace galen::trainer
