#pragma once

#include "trainer/checkpoint/store.h"
#include "trainer/coordinator/outbox.h"
#include "trainer/coordinator/service_memory.h"
#include "trainer/coordinator/service_messages.h"
#include "trainer/evaluation/report.h"

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace galen::trainer {

/// Where a service works.
struct ServicePlace {
  std::string folder;   ///< of the run
  int node = 0;         ///< index of its own among those of the job: the part that it writes of a checkpoint that nodes share
  std::string session;  ///< of this start of the run, so that nothing is mixed up with what one that was killed left behind
  double deadline = 0;  ///< seconds that it waits for the parts of other nodes; 0: without a limit
};

/// What an evaluation throws that nobody waits for any more.
struct Abandoned {};

/// Writes snapshots as checkpoints, and evaluates them where it can. Runs on a thread of a worker's process or as a process of its own,
/// the same code. It never calls MPI, which the worker may be using: nodes that share the writing meet in the run's folder.
///
/// A checkpoint that cannot be written is tried again, with growing pauses, until a newer one that cannot be written either takes its
/// place. So is a rating, or the link to the best, for as long as there is the checkpoint.
class CheckpointService {
 public:
  using Evaluate = std::function<Report(const Snapshot&)>;

  /// `evaluate` may be empty, and may throw Abandoned once memory.abandoned(). `memory` outlives this.
  CheckpointService(const StoreOptions& options, ServicePlace place, ServiceMemory& memory, Evaluate evaluate);

  /// From its construction on it shows that it is alive; works until it receives a request to end. Returns how the run ended, as that
  /// request says.
  EndOrder run();

 private:
  void keep(const KeepOrder& order);
  void rate(const RateOrder& order);
  void write_ratings();
  void write_rating(const RateOrder& order);
  void tell_missing_best();
  void evaluate(const KeepOrder& order);

  std::optional<std::string> next_order(std::chrono::milliseconds patience);
  bool is_unwritten(std::int64_t step) const { return unwritten_ && unwritten_->step == step; }
  bool write(const KeepOrder& order);
  void expect_folder() const;
  void write_files(const KeepOrder& order);
  void announce_part(std::int64_t step, const FileDigests& digests) const;
  FileDigests collect_parts(std::int64_t step, int parts, FileDigests digests) const;
  void forget_parts(std::int64_t step, int parts) const;
  std::vector<std::int64_t> steps_in_work(const TrainingState& state) const;
  std::string part_file(std::int64_t step, int node) const;
  void try_again();

  const ServicePlace place_;
  ServiceMemory& memory_;
  Outbox answers_;  // so that a client that does not listen does not hold up the writing
  const Evaluate evaluate_;
  const CheckpointStore store_;

  std::int64_t newest_ = -1;                   // step that was written
  std::int64_t best_ = -1;                     // step that was linked as the best
  std::optional<KeepOrder> unwritten_;         // could not be written so far; holds its slot
  std::map<std::int64_t, RateOrder> ratings_;  // that are not on the disk so far, by step
  int failures_ = 0;                           // one after the other
  const std::jthread heart_;
};

}  // namespace galen::trainer
