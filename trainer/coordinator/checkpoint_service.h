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

/// The place of a service within the job.
struct ServicePlace {
  std::string folder;   ///< of the run
  int node = 0;         ///< its index among the job's nodes: the part that it writes of a checkpoint that nodes share
  std::string session;  ///< identifies this start of the run, so that files left by a killed one are not confused with it
  double deadline = 0;  ///< seconds to wait for the parts of other nodes; 0: no limit
};

/// Thrown by an evaluation that was cancelled.
struct Abandoned {};

/// Writes snapshots as checkpoints, and evaluates them if it can. Runs on a thread of a worker's process or as a separate process, with the
/// same code. It never calls MPI, which the worker may be using: nodes that share the writing exchange files in the run's folder.
///
/// A failed write is retried, with growing pauses, until a newer checkpoint that cannot be written either replaces it. Failed ratings and
/// links to the best checkpoint are retried as long as the checkpoint exists.
class CheckpointService {
 public:
  using Evaluate = std::function<Report(const Snapshot&)>;

  /// `evaluate` may be empty, and may throw Abandoned once memory.abandoned(). `memory` outlives this.
  CheckpointService(const StoreOptions& options, ServicePlace place, ServiceMemory& memory, Evaluate evaluate);

  /// Shows that it is alive from its construction on; works until the order to end. Returns how the run ended, as stated in that
  /// order.
  EndOrder run();

 private:
  void keep(const KeepOrder& order);
  void rate(const RateOrder& order);
  void write_ratings();
  void write_rating(const RateOrder& order);
  void report_missing_best();
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
  Outbox answers_;  // so that a client that does not read answers does not delay the writing
  const Evaluate evaluate_;
  const CheckpointStore store_;

  std::int64_t newest_ = -1;                   // step of the newest checkpoint written
  std::int64_t best_ = -1;                     // step linked as the best
  std::optional<KeepOrder> unwritten_;         // the checkpoint that failed; holds its slot
  std::map<std::int64_t, RateOrder> ratings_;  // not yet on disk, by step
  int failures_ = 0;                           // in a row
  const std::jthread heart_;
};

}  // namespace galen::trainer
