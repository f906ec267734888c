#pragma once

#include "trainer/checkpoint/manifest.h"
#include "trainer/coordinator/outbox.h"
#include "trainer/coordinator/service_memory.h"
#include "trainer/coordinator/service_messages.h"
#include "trainer/coordinator/state_copier.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace galen::trainer {

/// A worker's side of a CheckpointService: copies snapshots of the run during training and passes them on. Not thread-safe.
class CheckpointClient {
 public:
  /// `live` returns the run's current tensors, with the layout for which `memory` was made. `parts`: nodes that share the writing.
  /// `deadline`: seconds without progress after which the service is considered dead and calls throw galen::Error; 0: never.
  CheckpointClient(std::function<Snapshot()> live, std::shared_ptr<ServiceMemory> memory, int parts, double deadline);

  /// Orders the end if nobody has: what is in progress is completed. Throws nothing.
  ~CheckpointClient();

  /// From this call on the service writes nothing if the run's folder was replaced or removed. See ServiceMemory::folder().
  void works_in(std::uint64_t folder) { memory_->folder().store(folder); }

  /// Whether all orders are completed.
  bool idle() const { return memory_->slots.free() == SnapshotSlots::kSlots; }

  /// Whether a snapshot could be taken without waiting for an earlier one.
  bool has_room() const { return memory_->slots.free() > 0; }

  /// Makes room for a snapshot: if there is none it waits for a moment, then replaces a snapshot that waits for the disk, but not one that
  /// is to be evaluated, nor, unless `best`, one that is the best. False if there is still none after `patience`; the call may be repeated.
  /// `best`: see KeepOrder.
  bool make_room(bool best, std::chrono::milliseconds patience);

  /// Releases the room made, or requested: no snapshot is taken.
  void leave_room();

  /// Begins to copy the state that `manifest` describes; needs room.
  void take(const Manifest& manifest, bool best, bool evaluate);

  /// Waits until the snapshot is copied; must be called before any of the run's tensors changes.
  void wait_until_taken() { copier_.wait(); }

  void rate(const RateOrder& order);

  /// Answers of the service since the last call.
  std::vector<Answer> news();

  /// The result of the evaluation of that step, which take() ordered; empty if it is not finished. Waits for it for at most
  /// `patience`.
  std::optional<Evaluated> evaluation_of(std::int64_t step, std::chrono::milliseconds patience);

  /// Cancels running and queued evaluations: the service is free for new orders and reports no results of them.
  void abandon_evaluations() { memory_->abandoned().store(true); }

  /// Orders the service to end after all earlier orders. `manifest`: with the state at the end.
  void order_end(Ending ending, const Manifest& manifest);

  /// Whether the service has ended; waits for at most `patience`.
  bool has_ended(std::chrono::milliseconds patience);

  /// order_end(), then waits for the end.
  void end(Ending ending, const Manifest& manifest);

 private:
  struct Filling {
    std::uint64_t number = 0;
    std::int64_t step = 0;
    bool best = false;
    bool evaluate = false;
  };

  Filling& filling_of(int slot) { return fillings_[static_cast<std::size_t>(slot)]; }
  std::optional<int> replace(bool best);
  void read_answers(std::chrono::milliseconds patience);
  void check_service();

  std::function<Snapshot()> live_;
  std::shared_ptr<ServiceMemory> memory_;
  Outbox orders_;  // so that a hanging service does not delay training
  const int parts_;
  const std::chrono::duration<double> deadline_;

  std::vector<Answer> news_;
  std::optional<Evaluated> evaluated_;
  std::array<Filling, SnapshotSlots::kSlots> fillings_;  // the last of each slot
  std::optional<int> room_;                              // the slot that was claimed
  std::optional<std::chrono::steady_clock::time_point> room_wanted_;
  bool ended_ = false;
  std::uint64_t pulse_ = 0;  // last value seen, when it changed, and when it was read
  std::chrono::steady_clock::time_point pulse_time_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point pulse_looked_ = pulse_time_;

  StateCopier copier_;  // last: its thread uses the others
};

}  // namespace galen::trainer
