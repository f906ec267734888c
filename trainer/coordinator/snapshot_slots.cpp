#include "trainer/coordinator/snapshot_slots.h"

#include <ATen/ops/from_blob.h>
#include <c10/core/ScalarType.h>

#include <sys/mman.h>
#include <unistd.h>
#include <nlohmann/json.hpp>

#include <numeric>

namespace galen::trainer {

namespace {

using nlohmann::ordered_json;

constexpr std::int64_t kLine = 64;  // bytes: what is written by different threads lies apart

enum State : std::uint64_t { kFree, kFilling, kWaiting, kInUse, kStates };

std::int64_t aligned(std::int64_t bytes) { return (bytes + kLine - 1) / kLine * kLine; }

std::int64_t bytes_of(const SnapshotLayout::Entry& entry) {
  const std::int64_t elements = std::accumulate(entry.shape.begin(), entry.shape.end(), std::int64_t{1}, std::multiplies<>());
  return aligned(elements * static_cast<std::int64_t>(c10::elementSize(entry.type)));
}

std::vector<SnapshotLayout::Entry> entries_of(const std::vector<models::NamedTensor>& tensors) {
  std::vector<SnapshotLayout::Entry> entries;
  for (const auto& [name, tensor] : tensors) entries.push_back({name, tensor.scalar_type(), tensor.sizes().vec()});
  return entries;
}

ordered_json to_json(const std::vector<SnapshotLayout::Entry>& entries) {
  ordered_json list = ordered_json::array();
  for (const auto& [name, type, shape] : entries) list.push_back({name, static_cast<int>(type), shape});
  return list;
}

std::vector<SnapshotLayout::Entry> entries_of(const ordered_json& list) {
  std::vector<SnapshotLayout::Entry> entries;
  for (const ordered_json& entry : list) {
    entries.push_back({entry.at(0), static_cast<at::ScalarType>(entry.at(1).get<int>()), entry.at(2).get<std::vector<std::int64_t>>()});
  }
  return entries;
}

std::vector<models::NamedTensor> tensors_at(std::byte*& place, const std::vector<SnapshotLayout::Entry>& entries) {
  std::vector<models::NamedTensor> tensors;
  for (const SnapshotLayout::Entry& entry : entries) {
    tensors.push_back({entry.name, at::from_blob(place, entry.shape, at::TensorOptions(entry.type))});
    place += bytes_of(entry);
  }
  return tensors;
}

}  // namespace

SnapshotLayout SnapshotLayout::of(const Snapshot& snapshot) { return {entries_of(snapshot.weights), entries_of(snapshot.optimizer)}; }

std::int64_t SnapshotLayout::bytes() const {
  std::int64_t sum = 0;
  for (const Entry& entry : weights) sum += bytes_of(entry);
  for (const Entry& entry : optimizer) sum += bytes_of(entry);
  return sum;
}

std::string to_text(const SnapshotLayout& layout) {
  return ordered_json({{"weights", to_json(layout.weights)}, {"optimizer", to_json(layout.optimizer)}}).dump();
}

SnapshotLayout parse_layout(const std::string& text) {
  const ordered_json json = ordered_json::parse(text);
  return {entries_of(json.at("weights")), entries_of(json.at("optimizer"))};
}

std::int64_t SnapshotSlots::bytes(const SnapshotLayout& layout) { return kSlots * (kLine + layout.bytes()); }

SnapshotSlots::SnapshotSlots(const SnapshotLayout& layout, std::byte* memory) : memory_(memory), snapshot_bytes_(layout.bytes()) {
  std::byte* place = memory + kSlots * kLine;
  for (int slot = 0; slot < kSlots; ++slot) {
    std::vector<models::NamedTensor> weights = tensors_at(place, layout.weights);
    snapshots_.push_back({std::move(weights), tensors_at(place, layout.optimizer)});
  }
}

void SnapshotSlots::warm_up() const {
  const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  const auto begin = reinterpret_cast<std::uintptr_t>(memory_) / page * page;
  const auto end = reinterpret_cast<std::uintptr_t>(memory_) + kSlots * kLine + static_cast<std::uintptr_t>(snapshot_bytes_);
  ::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_POPULATE_WRITE);  // an older kernel does not know it: then not
}

// A slot's word: its state, and above it the number of its filling, so that no filling is taken for the one before.
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
