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

/// Names, types and shapes of a snapshot's tensors: what another process needs to see one in shared memory.
struct SnapshotLayout {
  struct Entry {
    std::string name;
    at::ScalarType type;
    std::vector<std::int64_t> shape;  ///< of one that grows: the largest
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

/// Places for copies of a run's state, in memory that the process that fills them (a worker) and the one that uses them (which writes
/// checkpoints) both see. Pages of a place that is never filled are never taken.
///
/// A slot goes from free to filling, waiting, in use, and free again. One thread fills, one uses.
class SnapshotSlots {
 public:
  static constexpr int kSlots = 2;  ///< one on its way to the disk, one that waits

  static std::int64_t bytes(const SnapshotLayout& layout);

  /// `memory`: zero-filled, of bytes(layout), aligned to 64 bytes; must outlive this.
  SnapshotSlots(const SnapshotLayout& layout, std::byte* memory);

  /// The tensors of a slot, on the CPU; those that grow with as many rows as it was filled with.
  Snapshot operator[](int slot) const;

  /// The same, for those that grow with the rows of `live`, which is to be copied into it.
  Snapshot shaped_like(const Snapshot& live, int slot);

  /// Asks the kernel for the pages of the slot that is filled first, so that the first copy need not wait for them. For any thread.
  void warm_up() const;

  /// A slot to be filled; empty where all are taken.
  std::optional<int> claim();

  /// Takes a slot back, to be filled again. False where that filling no longer waits.
  bool reclaim(int slot, std::uint64_t filling);

  /// The slot is filled. Returns the number of this filling, which the user of the slot needs.
  std::uint64_t fill(int slot);

  /// False where that filling has been replaced meanwhile.
  bool use(int slot, std::uint64_t filling);

  void release(int slot);

  int free() const;  ///< how many are

 private:
  std::atomic<std::uint64_t>& state(int slot) const;

  std::int64_t& rows(int slot, std::size_t growing) const;

  std::byte* memory_;
  std::int64_t snapshot_bytes_;
  std::vector<Snapshot> snapshots_;  // with the largest shapes
};

}  // namespace galen::trainer
