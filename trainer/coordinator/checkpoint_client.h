#pragma once

#include "trainer/checkpoint/manifest.h"
#include "trainer/coordinator/service_memory.h"
#include "trainer/coordinator/service_messages.h"
#include "trainer/coordinator/state_copier.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace galen::trainer {

/// A worker's side of a CheckpointService: takes snapshots of the run beside training and hands them over. Not thread-safe.
class CheckpointClient {
 public:
  /// `live` and `parameters`: see StateCopier. `parts`: nodes that share the writing. `deadline`: seconds after which a service that does
  /// not stir is given up; 0: never. Calls throw galen::Error then.
  CheckpointClient(Snapshot live, std::size_t parameters, std::shared_ptr<ServiceMemory> memory, int parts, double deadline);

  /// Tells the service to end where nobody has: what is under way is written.
  ~CheckpointClient();

  /// Whether everything that was ordered is done.
  bool idle() const { return memory_->slots.free() == SnapshotSlots::kSlots; }

  /// Whether a snapshot could be taken without waiting for an earlier one.
  bool has_room() const { return memory_->slots.free() > 0; }

  /// Begins to take a snapshot, of the state that `manifest` describes. Where there is no room it waits a moment, then
  /// takes the place of one that waits for the disk. `best`: see KeepOrder.
  void take(const Manifest& manifest, bool best, bool evaluate);

  /// Until the snapshot is taken: before any of the run's tensors changes.
  void wait_until_taken() { copier_.wait(); }

  void rate(const RateOrder& order);

  /// What the service has told since the last time.
  std::vector<Answer> news();

  /// What came of the evaluation of that step, which was ordered with take(). Waits.
  Evaluated evaluation_of(std::int64_t step);

  /// Ends the service, after all that was ordered. `manifest`: with the state at the end.
  void end(Ending ending, const Manifest& manifest);

 private:
  int claim_slot(bool best);
  void read_answers(std::chrono::milliseconds patience);
  void check_service();

  std::shared_ptr<ServiceMemory> memory_;
  const int parts_;
  const std::chrono::duration<double> deadline_;

  std::vector<Answer> news_;
  std::optional<Evaluated> evaluated_;
  bool waiting_is_best_ = false;
  bool ended_ = false;
  std::uint64_t pulse_ = 0;  // as seen last, and when it had changed
  std::chrono::steady_clock::time_point pulse_time_ = std::chrono::steady_clock::now();

  StateCopier copier_;  // last: its thread uses the others
};

}  // namespace galen::trainer
