#include "data/reading/mapped_ranges.h"

#include <array>
#include <atomic>

namespace galen::data {

namespace {

// A table that never moves, without a lock: a handler may look into it at any instant.
struct Mapping {
  std::atomic<const std::byte*> begin;
  std::atomic<const std::byte*> end;
  std::atomic<const char*> path;
};

std::array<Mapping, 4096> mappings;

}  // namespace

void add_mapping(const std::byte* begin, const std::byte* end, const char* path) noexcept {
  for (Mapping& mapping : mappings) {
    const std::byte* free = nullptr;
    if (mapping.begin.load(std::memory_order_relaxed) != nullptr || !mapping.begin.compare_exchange_strong(free, begin)) continue;
    mapping.path = path;
    mapping.end = end;  // from now on it is found
    return;
  }
}

void remove_mapping(const std::byte* begin) noexcept {
  for (Mapping& mapping : mappings) {
    if (mapping.begin != begin) continue;
    mapping.end = nullptr;
    mapping.begin = nullptr;
    return;
  }
}

const char* file_mapped_at(const void* address) noexcept {
  const auto* place = static_cast<const std::byte*>(address);
  for (const Mapping& mapping : mappings) {
    const std::byte* begin = mapping.begin;
    if (begin != nullptr && place >= begin && place < mapping.end.load()) return mapping.path;
  }
  return nullptr;
}

}  // namespace galen::data
