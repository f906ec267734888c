#include "trainer/coordinator/service_memory.h"

#include <utility>

namespace galen::trainer {

namespace {

constexpr std::int64_t kWords = 64;             // bytes, on a cache line of their own
constexpr std::int64_t kBox = 4 * 1024 * 1024;  // fits several manifests, each with a vocabulary

std::int64_t slots_begin() { return kWords + 2 * MessageBox::bytes(kBox); }

}  // namespace

std::int64_t ServiceMemory::bytes(const SnapshotLayout& layout) { return slots_begin() + SnapshotSlots::bytes(layout); }

ServiceMemory::ServiceMemory(const SnapshotLayout& layout, std::shared_ptr<std::byte> memory)
    : slots(layout, memory.get() + slots_begin()),
      orders(memory.get() + kWords, kBox),
      answers(memory.get() + kWords + MessageBox::bytes(kBox), kBox),
      memory_(std::move(memory)),
      size_(bytes(layout)) {}

}  // namespace galen::trainer
