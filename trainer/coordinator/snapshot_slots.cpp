#include "trainer/coordinator/snapshot_slots.h"

#include <ATen/ops/from_blob.h>
#include <c10/core/ScalarType.h>

#include <sys/mman.h>
#include <unistd.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <functional>
#include <numeric>

namespace galen::trainer {

namespace {

using nlohmann::ordered_json;

constexpr std::int64_t kLine = 64;  // cache line: data written by different threads is kept apart

enum State : std::uint64_t { kFree, kFilling, kWaiting, kInUse, kStates };

std::int64_t aligned(std::int64_t bytes) { return (bytes + kLine - 1) / kLine * kLine; }

std::int64_t bytes_of(const SnapshotLayout::Entry& entry) {
  const std::int64_t elements = std::accumulate(entry.shape.begin(), entry.shape.end(), std::int64_t{1}, std::multiplies<>());
  return aligned(elements * static_cast<std::int64_t>(c10::elementSize(entry.type)));
}

SnapshotLayout::Entry entry_of(const Section& section, const models::NamedTensor& named) {
  SnapshotLayout::Entry entry{named.name, named.tensor.scalar_type(), named.tensor.sizes().vec(), section.grows(named.name)};
  if (entry.grows) entry.shape.at(0) = section.most_rows.at(named.name);
  return entry;
}

std::vector<models::NamedTensor> tensors_at(std::byte*& place, const std::vector<SnapshotLayout::Entry>& entries) {
  std::vector<models::NamedTensor> tensors;
  for (const SnapshotLayout::Entry& entry : entries) {
    tensors.push_back({entry.name, at::from_blob(place, entry.shape, at::TensorOptions(entry.type))});
    place += bytes_of(entry);
  }
  return tensors;
}

// Size of the words that hold the numbers of rows of the tensors that grow.
std::int64_t bytes_of_rows(const SnapshotLayout& layout) {
  std::int64_t growing = 0;
  for (const SnapshotLayout::Part& part : layout.parts) {
    growing += std::count_if(part.entries.begin(), part.entries.end(), [](const SnapshotLayout::Entry& entry) { return entry.grows; });
  }
  return aligned(growing * static_cast<std::int64_t>(sizeof(std::int64_t)));
}

// Calls visit(index among the tensors that grow, tensor) for each of them.
template <typename Visit>
void for_each_growing(Snapshot& snapshot, Visit visit) {
  std::size_t number = 0;
  for (Section& section : snapshot.sections) {
    for (auto& [name, tensor] : section.tensors) {
      if (section.grows(name)) visit(number++, tensor);
    }
  }
}

}  // namespace

SnapshotLayout SnapshotLayout::of(const Snapshot& snapshot) {
  SnapshotLayout layout;
  for (const Section& section : snapshot.sections) {
    Part& part = layout.parts.emplace_back(Part{section.name, {}});
    for (const models::NamedTensor& named : section.tensors) part.entries.push_back(entry_of(section, named));
  }
  return layout;
}

std::int64_t SnapshotLayout::bytes() const {
  std::int64_t sum = bytes_of_rows(*this);
  for (const Part& part : parts) {
    for (const Entry& entry : part.entries) sum += bytes_of(entry);
  }
  return sum;
}

std::string to_text(const SnapshotLayout& layout) {
  ordered_json json = ordered_json::array();
  for (const SnapshotLayout::Part& part : layout.parts) {
    ordered_json entries = ordered_json::array();
    for (const auto& [name, type, shape, grows] : part.entries) entries.push_back({name, static_cast<int>(type), shape, grows});
    json.push_back({part.section, entries});
  }
  return json.dump();
}

SnapshotLayout parse_layout(const std::string& text) {
  SnapshotLayout layout;
  for (const ordered_json& part : ordered_json::parse(text)) {
    std::vector<SnapshotLayout::Entry>& entries = layout.parts.emplace_back(SnapshotLayout::Part{part.at(0), {}}).entries;
    for (const ordered_json& entry : part.at(1)) {
      entries.push_back(
          {entry.at(0), static_cast<at::ScalarType>(entry.at(1).get<int>()), entry.at(2).get<std::vector<std::int64_t>>(), entry.at(3)});
    }
  }
  return layout;
}

std::int64_t SnapshotSlots::bytes(const SnapshotLayout& layout) { return kSlots * (kLine + layout.bytes()); }

SnapshotSlots::SnapshotSlots(const SnapshotLayout& layout, std::byte* memory) : memory_(memory), snapshot_bytes_(layout.bytes()) {
  for (int slot = 0; slot < kSlots; ++slot) {
    std::byte* place = memory + kSlots * kLine + slot * snapshot_bytes_ + bytes_of_rows(layout);
    Snapshot& snapshot = snapshots_.emplace_back();
    for (const SnapshotLayout::Part& part : layout.parts) {
      Section& section = snapshot.sections.emplace_back(Section{.name = part.section, .tensors = tensors_at(place, part.entries)});
      for (const SnapshotLayout::Entry& entry : part.entries) {
        if (entry.grows) section.most_rows[entry.name] = entry.shape.front();
      }
    }
  }
}

std::int64_t& SnapshotSlots::rows(int slot, std::size_t growing) const {
  return reinterpret_cast<std::int64_t*>(memory_ + kSlots * kLine + slot * snapshot_bytes_)[growing];
}

Snapshot SnapshotSlots::operator[](int slot) const {
  Snapshot snapshot = snapshots_[static_cast<std::size_t>(slot)];
  for_each_growing(snapshot, [&](std::size_t number, at::Tensor& tensor) { tensor = tensor.narrow(0, 0, rows(slot, number)); });
  return snapshot;
}

Snapshot SnapshotSlots::shaped_like(const Snapshot& live, int slot) {
  Snapshot shapes = live;
  for_each_growing(shapes, [&](std::size_t number, const at::Tensor& tensor) { rows(slot, number) = tensor.size(0); });
  return (*this)[slot];  // throws if a tensor has more rows than its maximum
}

void SnapshotSlots::warm_up() const {
  const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  const auto begin = reinterpret_cast<std::uintptr_t>(memory_) / page * page;
  const auto end = reinterpret_cast<std::uintptr_t>(memory_) + kSlots * kLine + static_cast<std::uintptr_t>(snapshot_bytes_);
  ::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_POPULATE_WRITE);  // ignored by older kernels
}

// A slot's word: its state, and above it the number of its filling, so that two fillings are never confused.
std::atomic<std::uint64_t>& SnapshotSlots::state(int slot) const {
  return *reinterpret_cast<std::atomic<std::uint64_t>*>(memory_ + slot * kLine);
}

std::optional<int> SnapshotSlots::claim() {
  for (int slot = 0; slot < kSlots; ++slot) {
    std::uint64_t word = state(slot).load();
    if (word % kStates == kFree && state(slot).compare_exchange_strong(word, word - kFree + kFilling)) return slot;
  }
  return std::nullopt;
}

bool SnapshotSlots::reclaim(int slot, std::uint64_t filling) {
  std::uint64_t expected = filling * kStates + kWaiting;
  return state(slot).compare_exchange_strong(expected, filling * kStates + kFilling);
}

std::uint64_t SnapshotSlots::fill(int slot) {
  const std::uint64_t filling = state(slot).load() / kStates + 1;
  state(slot).store(filling * kStates + kWaiting);
  return filling;
}

bool SnapshotSlots::use(int slot, std::uint64_t filling) {
  std::uint64_t expected = filling * kStates + kWaiting;
  return state(slot).compare_exchange_strong(expected, filling * kStates + kInUse);
}

void SnapshotSlots::release(int slot) {
  const std::uint64_t word = state(slot).load();
  state(slot).store(word / kStates * kStates + kFree);
}

int SnapshotSlots::free() const {
  int count = 0;
  for (int slot = 0; slot < kSlots; ++slot) count += state(slot).load() % kStates == kFree ? 1 : 0;
  return count;
}

}  // namespace galen::trainer
