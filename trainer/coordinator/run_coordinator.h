#pragma once

#include "comm/communicator.h"
#include "trainer/checkpoint/manifest.h"
#include "trainer/coordinator/checkpoint_client.h"
#include "trainer/coordinator/coordinator.h"
#include "trainer/evaluation/report.h"
#include "trainer/logs/progress.h"
#include "trainer/logs/run_logs.h"
#include "trainer/run/time_limit.h"
#include "trainer/samples/data_watch.h"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace galen::trainer {

/// What the coordinator works with.
struct CoordinatorParts {
  comm::Communicator& workers;
  std::string folder;                        ///< of the run; empty: nothing is written
  Manifest manifest;                         ///< of this run; its state is filled in for each checkpoint
  std::unique_ptr<CheckpointClient> client;  ///< for ranks that write a part of the checkpoints; for others null
  std::function<Report()> validate;          ///< collective; empty where there is no validation split
  bool evaluates_beside = false;             ///< the client's service validates, beside training; else validate() does
  std::optional<Selection> selection;        ///< of the best checkpoint; empty: the newest is the best
  std::optional<Report> pending;             ///< what came of the evaluation that was pending when the run was resumed
  TimeLimit& time_limit;                     ///< learns how long checkpoints take
  Progress& progress;
  std::function<void()> keep = {};  ///< see ExperimentOptions::keep
  DataWatch* data = nullptr;        ///< looks before anything is kept of what was learnt; null: nobody does
};

/// Decides, the same on every worker, and leaves the work on disks to a CheckpointService.
///
/// Where the service validates, what it finds of one epoch counts at the end of the next, however long it took: for early stopping as for
/// the choice of the best.
class RunCoordinator final : public Coordinator {
 public:
  RunCoordinator(const CoordinatorOptions& options, CoordinatorParts parts);

  Verdict at_start(const TrainingState& state) override;
  bool wants_checkpoint(std::int64_t step) override;
  void before_update() override;
  Verdict after_step(TrainingState& state, const Round& round) override;
  Verdict after_epoch(TrainingState& state, double loss) override;
  void finish(TrainingState& state, Ending ending) override;

 private:
  bool all(bool here) const;
  void look_at_data();
  bool make_room(bool best, bool needed);
  void save(const TrainingState& state, bool best, bool evaluate, bool needed);
  void save_as_best(const TrainingState& state);
  void rate_as_best(const TrainingState& state);
  void rate(const RateOrder& rating);
  void settle_pending(TrainingState& state, std::int64_t epoch);
  Report report_of_service(std::int64_t step);
  RateOrder judge(TrainingState& state, std::int64_t step, std::int64_t epoch, const Report& report);
  bool is_out_of_patience(const TrainingState& state) const;

  void keep_folder();
  void tell_news();
  void tell_success(const Written& written);
  void tell_failure(const NotWritten& failure);

  using Clock = std::chrono::steady_clock;

  CoordinatorOptions options_;
  CoordinatorParts parts_;
  std::optional<RunLogs> logs_;  // rank 0's, where there is a folder

  std::int64_t saved_step_;                      // of the newest snapshot that was ordered
  bool due_ = false;                             // a checkpoint is, as soon as the service is idle
  Clock::time_point saved_time_ = Clock::now();  // when it was ordered
  std::int64_t written_step_;                    // newest that is on the disk
  Clock::time_point written_time_ = Clock::now();
  std::string failure_;                                              // to write one, the last
  std::optional<std::int64_t> unlinked_;                             // step that should be RUN/best, and could not be made so
  std::optional<Clock::time_point> warned_;                          // of it
  std::optional<Clock::time_point> told_checkpoint_, told_failure_;  // as events
};

}  // namespace galen::trainer
