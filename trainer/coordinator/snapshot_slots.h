#pragma once

#include "trainer/checkpoint/checkpoint.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace galen::trainer {

/// Names, types and shapes of a snapshot's tensors: what another process needs to read one in shared memory.
struct SnapshotLayout {
  struct Entry {
    std::string name;
    at::ScalarType type;
    std::vector<std::int64_t> shape;  ///< the largest one, of a tensor that grows
    bool grows = false;
  };
  struct Part {
    std::string section;
    std::vector<Entry> entries;
  };
  std::vector<Part> parts;

  static SnapshotLayout of(const Snapshot& snapshot);
  std::int64_t bytes() const;  ///< of one snapshot in a slot
};

std::string to_text(const SnapshotLayout& layout);
SnapshotLayout parse_layout(const std::string& text);

/// Slots for copies of a run's state, in memory shared by the process that fills them (a worker) and the one that uses them (which writes
/// checkpoints). Pages of a slot that is never filled are never allocated.
///
/// A slot's states: free, filling, waiting, in use, and free again. One thread fills, one uses.
class SnapshotSlots {
 public:
  static constexpr int kSlots = 2;  ///< one being written, one waiting

  static std::int64_t bytes(const SnapshotLayout& layout);

  /// `memory`: zero-filled, of bytes(layout), aligned to 64 bytes; must outlive this.
  SnapshotSlots(const SnapshotLayout& layout, std::byte* memory);

  /// The tensors of a slot, on the CPU; those that grow have as many rows as it was filled with.
  Snapshot operator[](int slot) const;

  /// As above, but those that grow have the rows of `live`, which is to be copied into it.
  Snapshot shaped_like(const Snapshot& live, int slot);

  /// Asks the kernel for the pages of the slot that is filled first, so that the first copy need not wait for them. Any thread may call it.
  void warm_up() const;

  /// A slot to fill; empty if all are in use.
  std::optional<int> claim();

  /// Takes a slot back to fill it again. False if that filling is no longer waiting.
  bool reclaim(int slot, std::uint64_t filling);

  /// Marks the slot as filled. Returns the number of this filling, which the user of the slot needs.
  std::uint64_t fill(int slot);

  /// Marks the slot as in use. False if that filling was replaced.
  bool use(int slot, std::uint64_t filling);

  void release(int slot);

  int free() const;  ///< number of free slots

 private:
  std::atomic<std::uint64_t>& state(int slot) const;

  std::int64_t& rows(int slot, std::size_t growing) const;

  std::byte* memory_;
  std::int64_t snapshot_bytes_;
  std::vector<Snapshot> snapshots_;  // with the largest shapes
};

}  // namespace galen::trainer
