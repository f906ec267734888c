#pragma once

#include "trainer/coordinator/message_box.h"
#include "trainer/coordinator/snapshot_slots.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace galen::trainer {

/// Memory shared by a worker and the service that writes its snapshots, threads of one process or processes of one node: the slots, and a
/// message box in each direction.
class ServiceMemory {
 public:
  static std::int64_t bytes(const SnapshotLayout& layout);

  /// `memory`: zero-filled, of bytes(layout), from Communicator::share_memory().
  ServiceMemory(const SnapshotLayout& layout, std::shared_ptr<std::byte> memory);

  std::span<std::byte> whole() const { return {memory_.get(), static_cast<std::size_t>(size_)}; }

  SnapshotSlots slots;
  MessageBox orders;   ///< from the worker
  MessageBox answers;  ///< from the service

  /// Incremented as long as the service is alive.
  std::atomic<std::uint64_t>& pulse() const { return words().pulse; }

  /// Set by the worker, finally: no evaluation is needed any more.
  std::atomic<bool>& abandoned() const { return words().abandoned; }

  /// Set by the worker: the inode that the run's folder must have; kAnyFolder: any existing folder; 0: no check.
  static constexpr std::uint64_t kAnyFolder = ~std::uint64_t{0};
  std::atomic<std::uint64_t>& folder() const { return words().folder; }

 private:
  struct Words {
    std::atomic<std::uint64_t> pulse;
    std::atomic<bool> abandoned;
    std::atomic<std::uint64_t> folder;
  };
  Words& words() const { return *reinterpret_cast<Words*>(memory_.get()); }

  std::shared_ptr<std::byte> memory_;
  std::int64_t size_;
};

}  // namespace galen::trainer
