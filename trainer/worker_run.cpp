#include "trainer/worker_run.h"

#include "comm/collectives.h"
#include "galen/error.h"
#include "models/factory.h"
#include "trainer/checkpoint/module_file.h"
#include "trainer/checkpoint/whole_file.h"
#include "trainer/coordinator/run_coordinator.h"
#include "trainer/coordinator/start_service.h"
#include "trainer/device/threads.h"
#include "trainer/evaluation/output_form_check.h"
#include "trainer/evaluation/predictions.h"
#include "trainer/first_manifest.h"
#include "trainer/learner/wishes.h"
#include "trainer/logs/trace_file.h"
#include "trainer/resume/newest_checkpoint.h"
#include "trainer/resume/same_run.h"
#include "trainer/samples/split_check.h"
#include "trainer/trainer.h"

#include <ATen/ops/index_select.h>
#include <ATen/ops/tensor.h>
#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <string_view>
#include <utility>

namespace galen::trainer {

namespace {

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

}  // namespace

// Everything that options and the file's header determine is checked before samples are read, which may take minutes.
void WorkerRun::set_up(const std::map<std::string, std::string>& settings, const LearnerMaker& make_learner) {
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

}  // namespace galen::trainer
