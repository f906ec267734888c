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

/// What a RunCoordinator uses.
struct CoordinatorParts {
  comm::Communicator& workers;
  std::string folder;                        ///< of the run; empty: nothing is written
  Manifest manifest;                         ///< of this run; its state is set for each checkpoint
  std::unique_ptr<CheckpointClient> client;  ///< on ranks that write a part of the checkpoints; else null
  std::function<Report()> validate;          ///< collective; empty where there is no validation split
  bool evaluates_beside = false;             ///< the client's service validates, during training; else validate() does
  std::optional<Selection> selection;        ///< how the best checkpoint is chosen; empty: the newest is the best
  std::optional<Report> pending;             ///< result of the evaluation that was pending when the run was resumed
  TimeLimit& time_limit;                     ///< is given the time that checkpoints take
  Progress& progress;
  std::function<void()> keep = {};  ///< see ExperimentOptions::keep
  DataWatch* data = nullptr;        ///< checked before anything learnt is kept; null: not checked
};

/// Decides, identically on every worker, and leaves disk work to a CheckpointService.
///
/// If the service validates, the result for an epoch counts at the end of the next, however long it took: both for early stopping and for
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
  void report_news();
  void report_success(const Written& written);
  void report_failure(const NotWritten& failure);

  using Clock = std::chrono::steady_clock;

  CoordinatorOptions options_;
  CoordinatorParts parts_;
  std::optional<RunLogs> logs_;  // on rank 0, if there is a folder

  std::int64_t saved_step_;                      // of the newest snapshot ordered
  bool due_ = false;                             // whether a checkpoint is due as soon as the service is idle
  Clock::time_point saved_time_ = Clock::now();  // when it was ordered
  std::int64_t written_step_;                    // newest on disk
  Clock::time_point written_time_ = Clock::now();
  std::string failure_;                                                  // the last error in writing one
  std::optional<std::int64_t> unlinked_;                                 // step to which RUN/best could not be linked
  std::optional<Clock::time_point> warned_;                              // when a failure was last shown
  std::optional<Clock::time_point> logged_checkpoint_, logged_failure_;  // when they were last logged as events
};

}  // namespace galen::trainer
