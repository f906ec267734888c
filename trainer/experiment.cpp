#include "trainer/experiment.h"

#include "trainer/checkpoint/store.h"
#include "trainer/coordinator/dedicated_process.h"
#include "trainer/coordinator/roles.h"
#include "trainer/logs/heartbeat.h"
#include "trainer/options/run_config.h"
#include "trainer/options/run_options.h"
#include "trainer/resume/newest_checkpoint.h"
#include "trainer/resume/run_module.h"
#include "trainer/resume/same_run.h"
#include "trainer/worker_run.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

namespace galen::trainer {

namespace {

using Settings = std::map<std::string, std::string>;

// The numbers of a task are fitted once: another processor might fit other last bits.
ExperimentOptions as_begun(const ExperimentOptions& options, const std::optional<Manifest>& resumed) {
  ExperimentOptions begun = options;
  if (resumed) begun.task.target_scale = resumed->task.target_scale;
  if (resumed) begun.task.fitted = resumed->task.fitted;
  return begun;
}

ExperimentOutcome coordinate_run(const ExperimentOptions& options, comm::Communicator& line, std::unique_ptr<models::Model> own_model) {
  const CheckpointStore store(options.folder, options.coordinator.store);
  const CoordinatedRun run = coordinate(options, options.folder, options.coordinator.store, line, std::move(own_model));
  ExperimentOutcome outcome;
  outcome.ending = run.ending;
  outcome.state = run.state;
  outcome.best = store.best();
  outcome.last = store.last();
  return outcome;
}

// The options of a run started by another program: recorded like a command's, with their module.
ExperimentOptions completed(const ExperimentOptions& given, const Settings& settings, bool has_own_model, const comm::Communicator& world) {
  ExperimentOptions options = given;
  if (given.record.empty()) {
    options.record = record_of(settings);
    options.begun = [record = options.record, folder = given.folder, begun = given.begun, &world](const Manifest& manifest) {
      if (world.rank() == 0 && !folder.empty()) write_config(folder, record);
      if (begun) begun(manifest);
    };
  }
  if (!has_own_model) {
    const RunModule module = module_of_run(options);
    options.model.script = module.bytes;
    if (!module.note.empty() && !options.quiet && world.rank() == 0) fmt::print("note: {}\n", module.note);
  }
  return options;
}

LearnerMaker checked_learner(const ExperimentOptions& options) {
  const LearnerKind kind = learner_of(options.model.name);
  kind.check(options);
  return kind.make;
}

}  // namespace

ExperimentOutcome train(const ExperimentOptions& given, comm::Communicator& world, StopRequest* stop_request,
                        std::unique_ptr<models::Model> own_model, LearnerMaker make_learner) {
  Settings settings = settings_of(given);
  if (own_model) settings["model.name"] = kOwnModel;
  const ExperimentOptions options = completed(given, settings, own_model != nullptr, world);
  StopRequest never;
  StopRequest& asked = stop_request != nullptr ? *stop_request : never;
  Heartbeat heartbeat(options.folder, world.rank(), world.size());
  try {
    if (!make_learner) make_learner = checked_learner(options);
    const Roles roles = assign_roles(options.coordinator, world);
    const auto resumed = options.resume ? newest_manifest(CheckpointStore(options.folder, options.coordinator.store), world) : std::nullopt;
    if (resumed) check_same_settings(*resumed, settings);
    const ExperimentOptions begun = as_begun(options, resumed);
    ExperimentOutcome outcome;
    if (roles.coordinates) {
      heartbeat.coordinate();
      const StopRequest::Watch watch(asked);  // the workers decide
      outcome = coordinate_run(begun, *roles.line, std::move(own_model));
    } else {
      WorkerRun run({begun, settings, resumed, roles, asked, heartbeat}, std::move(own_model), make_learner);
      outcome = run.train();
    }
    heartbeat.end(outcome.ending);
    return outcome;
  } catch (...) {
    heartbeat.fail(std::current_exception());
    throw;
  }
}

}  // namespace galen::trainer
