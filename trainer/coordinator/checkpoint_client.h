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

/// A worker's side of a CheckpointService: takes snapshots of the run beside training and hands them over. Not thread-safe.
class CheckpointClient {
 public:
  /// `live`: the run's tensors as they are when it is called, with the layout that `memory` was made for. `parts`: nodes that share the
  /// writing. `deadline`: seconds after which a service that makes no progress is given up; 0: never. Calls throw galen::Error then.
  CheckpointClient(std::function<Snapshot()> live, std::shared_ptr<ServiceMemory> memory, int parts, double deadline);

  /// Tells the service to end where nobody has: what is under way is written. Throws nothing.
  ~CheckpointClient();

  /// From now on the service writes nothing where the run's folder is another one, or gone. See ServiceMemory::folder().
  void works_in(std::uint64_t folder) { memory_->folder().store(folder); }

  /// Whether everything that was ordered is done.
  bool idle() const { return memory_->slots.free() == SnapshotSlots::kSlots; }

  /// Whether a snapshot could be taken without waiting for an earlier one.
  bool has_room() const { return memory_->slots.free() > 0; }

  /// Makes room for a snapshot: where there is none it waits a moment, then takes the place of one that waits for the disk, but not that
  /// of one that is to be evaluated, nor, unless it is `best` itself, of one that is. False where there is none after `patience`: it may
  /// be asked again. `best`: see KeepOrder.
  bool make_room(bool best, std::chrono::milliseconds patience);

  /// Gives back the room that was made, or asked for: no snapshot is taken.
  void leave_room();

  /// Begins to take a snapshot, of the state that `manifest` describes, when there is room for it.
  void take(const Manifest& manifest, bool best, bool evaluate);

  /// Until the snapshot is taken: before any of the run's tensors changes.
  void wait_until_taken() { copier_.wait(); }

  void rate(const RateOrder& order);

  /// What the service has reported since the last time.
  std::vector<Answer> news();

  /// What came of the evaluation of that step, which was ordered with take(); empty where nothing has so far. Waits for it,
  /// at most for `patience`.
  std::optional<Evaluated> evaluation_of(std::int64_t step, std::chrono::milliseconds patience);

  /// Gives up what is being evaluated, or is to be: the service is free for what is ordered next, and says nothing of it.
  void abandon_evaluations() { memory_->abandoned().store(true); }

  /// Tells the service to end, after all that was ordered. `manifest`: with the state at the end.
  void order_end(Ending ending, const Manifest& manifest);

  /// Whether it has; waits for that, at most for `patience`.
  bool has_ended(std::chrono::milliseconds patience);

  /// order_end(), and waits.
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
  Outbox orders_;  // so that a service that hangs does not hold up training
  const int parts_;
  const std::chrono::duration<double> deadline_;

  std::vector<Answer> news_;
  std::optional<Evaluated> evaluated_;
  std::array<Filling, SnapshotSlots::kSlots> fillings_;  // the last of each slot
  std::optional<int> room_;                              // slot that was claimed
  std::optional<std::chrono::steady_clock::time_point> room_wanted_;
  bool ended_ = false;
  std::uint64_t pulse_ = 0;  // as seen last, when it had changed, and when it was looked at
  std::chrono::steady_clock::time_point pulse_time_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point pulse_looked_ = pulse_time_;

  StateCopier copier_;  // last: its thread uses the others
};

}  // namespace galen::trainer
