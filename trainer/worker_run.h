#pragma once

#include "comm/communicator.h"
#include "models/model.h"
#include "trainer/checkpoint/manifest.h"
#include "trainer/checkpoint/store.h"
#include "trainer/coordinator/coordinator.h"
#include "trainer/coordinator/roles.h"
#include "trainer/experiment.h"
#include "trainer/logs/heartbeat.h"
#include "trainer/logs/progress.h"
#include "trainer/run/stop_request.h"
#include "trainer/run/time_limit.h"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace galen::trainer {

/// The start of a run, on one worker.
struct Beginning {
  const ExperimentOptions& options;
  const std::map<std::string, std::string>& settings;  ///< settings_of() the options
  const std::optional<Manifest>& resumed;              ///< of the newest checkpoint of the resumed run
  const Roles& roles;
  StopRequest& asked;
  Heartbeat& heartbeat;
};

/// A run on one worker, from its options to its report.
class WorkerRun {
 public:
  WorkerRun(const Beginning& beginning, std::unique_ptr<models::Model> own_model, const LearnerMaker& make_learner)
      : options_(beginning.options),
        resumed_(beginning.resumed),
        roles_(beginning.roles),
        asked_(beginning.asked),
        heartbeat_(beginning.heartbeat),
        workers_(*roles_.workers),
        quiet_(options_.quiet || workers_.rank() != 0),
        store_(options_.folder, options_.coordinator.store),
        is_users_own_(own_model != nullptr || options_.model.script != nullptr),
        setting_(options_, workers_, resumed_ ? std::optional(resumed_->lanes) : std::nullopt, std::move(own_model)) {
    set_up(beginning.settings, make_learner);
  }

  ExperimentOutcome train() {
    if (resumed_) resume();
    run();
    if (!is_stop(outcome_.ending)) report();
    return outcome_;
  }

 private:
  void set_up(const std::map<std::string, std::string>& settings, const LearnerMaker& make_learner);
  void resume();
  void run();
  void report();

  void introduce(const std::vector<std::string>& split_notes);
  void note(const std::string& text) {
    if (!text.empty()) progress_->say("note: " + text);
  }
  std::function<Report()> validation();
  Report evaluate(const std::vector<std::int64_t>& members, const ReportOptions& report);
  void load_weights(const std::string& checkpoint);
  void evaluate_pending();
  bool has_module_to_keep() const { return workers_.rank() == 0 && !manifest_.module.empty() && !options_.folder.empty(); }
  void report_findings();

  const TimeLimit::Clock::time_point beginning_ = TimeLimit::Clock::now();
  const ExperimentOptions& options_;
  const std::optional<Manifest>& resumed_;
  const Roles& roles_;
  StopRequest& asked_;
  Heartbeat& heartbeat_;
  comm::Communicator& workers_;
  const bool quiet_;
  const CheckpointStore store_;
  const bool is_users_own_;

  Setting setting_;
  std::optional<Selection> selection_;
  std::unique_ptr<Learner> learner_;
  std::optional<Progress> progress_;
  Manifest manifest_;
  std::optional<Report> pending_;  // result of a validation that was pending when the run ended
  ExperimentOutcome outcome_;
};

}  // namespace galen::trainer
