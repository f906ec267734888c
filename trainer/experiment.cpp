#include "trainer/experiment.h"

#include "comm/collectives.h"
#include "galen/error.h"
#include "models/factory.h"
#include "trainer/checkpoint/module_file.h"
#include "trainer/checkpoint/store.h"
#include "trainer/checkpoint/whole_file.h"
#include "trainer/coordinator/dedicated_process.h"
#include "trainer/coordinator/roles.h"
#include "trainer/coordinator/run_coordinator.h"
#include "trainer/coordinator/start_service.h"
#include "trainer/device/threads.h"
#include "trainer/evaluation/output_form_check.h"
#include "trainer/evaluation/predictions.h"
#include "trainer/first_manifest.h"
#include "trainer/learner/wishes.h"
#include "trainer/logs/heartbeat.h"
#include "trainer/logs/trace_file.h"
#include "trainer/options/run_config.h"
#include "trainer/options/run_options.h"
#include "trainer/resume/newest_checkpoint.h"
#include "trainer/resume/run_module.h"
#include "trainer/resume/same_run.h"
#include "trainer/samples/split_check.h"
#include "trainer/trainer.h"

#include <ATen/ops/index_select.h>
#include <ATen/ops/tensor.h>
#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <string_view>
#include <utility>

namespace galen::trainer {

namespace {

using Settings = std::map<std::string, std::string>;

/// The start of a run, on one worker.
struct Beginning {
  const ExperimentOptions& options;
  const Settings& settings;                ///< settings_of() the options
  const std::optional<Manifest>& resumed;  ///< of the newest checkpoint of the resumed run
  const Roles& roles;
  StopRequest& asked;
  Heartbeat& heartbeat;
};

at::Tensor validation_targets(const PreparedData& data) {
  if (data.validation.empty()) return {};
  return data.dataset->targets().index_select(0, at::tensor(data.validation, at::kLong));
}

// A request that arrived after the last round, while checkpoints were written, also applies to all ranks. Call it when the watch has ended:
// earlier requests are seen here, later ones end the process.
Ending with_late_request(Ending ending, const StopRequest& request, comm::Communicator& workers) {
  if (is_stop(ending)) return ending;
  const Wishes wishes = agree(Wishes(request), workers);
  if (wishes.interrupt) return Ending::kInterrupted;
  return wishes.preempt ? Ending::kPreempted : ending;
}

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
  void set_up(const Settings& settings, const LearnerMaker& make_learner);
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

// Everything that options and the file's header determine is checked before samples are read, which may take minutes.
void WorkerRun::set_up(const Settings& settings, const LearnerMaker& make_learner) {
  const std::vector<std::string> split_notes = check_split(*setting_.task, setting_.data);
  selection_ = resolve_selection(options_.coordinator, *setting_.task, validation_targets(setting_.data));
  if (resumed_) check_same_data(*resumed_, first_manifest(setting_, settings), setting_.data);
  setting_.prepare();
  learner_ = make_learner(options_, setting_);
  // A user's own model may have random initial weights.
  broadcast(learner_->state().sections.front(), *learner_, workers_);

  progress_.emplace(stdout, quiet_, learner_->epochs(), learner_->rounds(), &heartbeat_);
  manifest_ = first_manifest(setting_, settings);
  if (resumed_) {
    check_same_preparation(*resumed_, manifest_);
    tell_changes(*resumed_, manifest_, *progress_);
  }
  introduce(split_notes);
}

void WorkerRun::introduce(const std::vector<std::string>& split_notes) {
  if (!quiet_) fmt::print("{}\n", models::describe(learner_->model()));
  progress_->say("device: " + setting_.compute.words);
  for (const std::string& sentence : learner_->introduction()) progress_->say(sentence);
  note(idle_cores_note(options_.trainer.threads, setting_.threads, workers_));
  for (const std::string& text : setting_.arithmetic.notes) note(text);
  for (const std::string& text : setting_.data.notes) note(text);
  if (!quiet_ && is_users_own_) {
    const std::string text = output_form_note(learner_->model(), *setting_.task, setting_.data, setting_.compute.device);
    if (options_.model.output == models::OutputChoice::kAuto) note(text);
  }
  for (const std::string& text : split_notes) note(text);
  if (selection_) note(selection_->note);
}

void WorkerRun::resume() {
  const auto warn = [&](const std::string& text) { progress_->say(text); };
  manifest_.state = restore(store_, *learner_, workers_, warn).state;
  if (workers_.rank() == 0) restore_links(store_, manifest_.state, selection_);
  evaluate_pending();
  if (pending_) restore(store_, *learner_, workers_, warn);
  progress_->say(fmt::format("resumed at epoch {}, step {}.", manifest_.state.epoch + 1, manifest_.state.step));
}

void WorkerRun::run() {
  if (has_module_to_keep()) write_module(options_.folder, *options_.model.script, store_.key());
  const auto keep = [&] {
    if (options_.keep) options_.keep();
    if (!has_module_to_keep() || has_module(options_.folder, store_.key()) || !std::filesystem::is_directory(options_.folder)) return;
    write_module(options_.folder, *options_.model.script, store_.key());
  };
  TimeLimit limit;
  // By rank 0's clock: the ranks agree on its requests.
  if (workers_.rank() == 0) limit = TimeLimit::of(options_.trainer, beginning_, bytes_of(learner_->state()));
  Writing writing = start_service(options_.folder, options_.coordinator.store, setting_, roles_, [this] { return learner_->state(); });
  RunCoordinator coordinator(options_.coordinator, {workers_, options_.folder, manifest_, std::move(writing.client), validation(),
                                                    writing.evaluates, selection_, pending_, limit, *progress_, keep, &setting_.watch});
  if (options_.begun) options_.begun(manifest_);
  progress_->begin(manifest_.state);

  outcome_.state = manifest_.state;
  outcome_.device = setting_.compute.words;
  Timeline timeline(/*keeps_events=*/options_.trainer.profile, &heartbeat_);
  Trainer trainer(options_.trainer.max_steps, {*learner_, coordinator, asked_, limit, *progress_, timeline});
  const auto start = std::chrono::steady_clock::now();
  {
    const StopRequest::Watch watch(asked_);
    outcome_.ending = trainer.run(outcome_.state);
    coordinator.finish(outcome_.state, outcome_.ending);  // everything is written: from this point on, the process may be killed
  }
  outcome_.ending = with_late_request(outcome_.ending, asked_, workers_);
  outcome_.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  if (options_.folder.empty()) return;
  if (options_.trainer.profile) write_trace(options_.folder + "/trace.json", timeline, workers_);
  outcome_.best = store_.best();
  outcome_.last = store_.last();
}

void WorkerRun::report() {
  heartbeat_.evaluate();
  report_findings();
  if (!outcome_.best.empty()) load_weights(outcome_.best);
  const PreparedData& data = setting_.data;
  if (!data.validation.empty()) outcome_.validation = evaluate(data.validation, {.intervals = options_.intervals});
  if (!data.test.empty()) outcome_.test = evaluate(data.test, {.intervals = options_.intervals});
  const std::vector<std::string> notes =
      setting_.watch.expect_unchanged("Its metrics would be of other data. The checkpoints are older than the change.");
  for (const std::string& text : notes) note(text);
}

std::function<Report()> WorkerRun::validation() {
  if (setting_.data.validation.empty()) return {};
  return [this] { return evaluate(setting_.data.validation, metrics_alone()); };
}

Report WorkerRun::evaluate(const std::vector<std::int64_t>& members, const ReportOptions& report) {
  const PredictOptions how{
      .batch = setting_.evaluation_batch, .loading_threads = setting_.loading_threads, .device = setting_.compute.device};
  const PreparedData& data = setting_.data;
  const Predictions predictions = predict(learner_->model(), *setting_.task, {data.dataset, members, data.preparations}, workers_, how);
  return make_report(*setting_.task, predictions, *data.dataset, report, workers_);
}

void WorkerRun::load_weights(const std::string& checkpoint) {
  const Snapshot snapshot = learner_->state();
  const Section& weights = snapshot.sections.front();
  if (workers_.rank() == 0) Checkpoint(checkpoint, store_.key()).load_weights(weights);
  broadcast(weights, *learner_, workers_);
}

// Repeats the validation on the workers. Changes the model's weights.
void WorkerRun::evaluate_pending() {
  std::int64_t& step = manifest_.state.pending_evaluation;
  if (step == 0) return;
  if (setting_.data.validation.empty()) {
    note(fmt::format("step {} was to be validated, but the validation split is empty; it cannot become the best.", std::exchange(step, 0)));
    return;
  }
  std::string damage;
  try {
    const Snapshot snapshot = learner_->state();
    if (workers_.rank() == 0) Checkpoint(store_.folder_of(step), store_.key()).load_weights(snapshot.sections.front());
  } catch (const Error& error) {
    damage = error.what();
  }
  if (!comm::broadcast(workers_, damage, 0).empty()) {
    note(fmt::format("{} It was being evaluated, and cannot become the best.", damage));
    step = 0;
    return;
  }
  broadcast(learner_->state().sections.front(), *learner_, workers_);
  pending_ = validation()();
}

void WorkerRun::report_findings() {
  const Findings findings = learner_->findings();
  if (!quiet_ && !findings.text.empty()) fmt::print("{}\n", findings.text);
  if (workers_.rank() != 0 || findings.json.empty() || options_.folder.empty()) return;
  const std::string_view pieces[] = {findings.json};
  write_whole(options_.folder + "/findings.json", pieces);
}

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
