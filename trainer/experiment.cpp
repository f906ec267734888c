#include "trainer/experiment.h"

#include "comm/collectives.h"
#include "galen/error.h"
#include "trainer/assembly.h"
#include "trainer/checkpoint/module_file.h"
#include "trainer/checkpoint/whole_file.h"
#include "trainer/coordinator/dedicated_process.h"
#include "trainer/coordinator/roles.h"
#include "trainer/coordinator/run_coordinator.h"
#include "trainer/coordinator/start_service.h"
#include "trainer/device/threads.h"
#include "trainer/evaluation/output_form_check.h"
#include "trainer/lanes/lane_count.h"
#include "trainer/logs/heartbeat.h"
#include "trainer/options/resume_rules.h"
#include "trainer/options/run_config.h"
#include "trainer/resume/newest_checkpoint.h"
#include "trainer/resume/run_module.h"
#include "trainer/resume/same_run.h"
#include "trainer/samples/loading_resources.h"
#include "trainer/samples/split_check.h"

#include <ATen/ops/index_select.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>

namespace galen::trainer {

namespace {

using Settings = std::map<std::string, std::string>;

Manifest first_manifest(const ExperimentOptions& options, const Settings& settings, const Groundwork& run,
                        const comm::Communicator& world) {
  return {.program_version = GALEN_VERSION,
          .state = {},
          .seed = options.seed,
          .lanes = run.lanes,
          .world_size = world.size(),
          .threads = run.threads,
          .evaluation_batch = evaluation_batch(options.evaluation_batch, options.trainer.batch, run.lanes),
          .device = run.compute.device.str(),
          .arithmetic = run.arithmetic.description,
          .dataset_digest = run.data.dataset->digest(),
          .values = run.data.values,
          .preparation = run.data.preparation,
          .input_shape = run.data.dataset->input_shape(),
          .feature_names = run.data.dataset->feature_names(),
          .outputs = run.outputs,
          .task = resolve(options.task, *run.data.dataset, run.data.training),
          .names = run.task->names(),
          .vocabulary = run.data.dataset->vocabulary(),
          .module = options.model.script ? digest_of_module(*options.model.script) : "",
          .record = options.record,
          .settings = settings,
          .split = options.split,
          .subsets = {digest_of(run.data.training), digest_of(run.data.validation), digest_of(run.data.test)},
          .content = run.watch.content().digest(),
          .digests = {}};
}

// One file for all ranks, each a process in the viewer.
void write_trace(const std::string& file, const Timeline& timeline, comm::Communicator& world) {
  const std::vector<std::string> traces = comm::all_gather(world, timeline.to_chrome_trace(world.rank()));
  if (world.rank() != 0) return;
  const std::string text = fmt::format("[{}]\n", fmt::join(traces, ",\n"));
  const std::string_view pieces[] = {text};
  write_whole(file, pieces);
}

// The time that is left, by rank 0's clock: the ranks agree on what it asks for.
TimeLimit time_limit(const TrainerOptions& options, TimeLimit::Clock::time_point start, const Snapshot& snapshot,
                     const comm::Communicator& workers) {
  using Clock = TimeLimit::Clock;
  auto end = Clock::time_point::max();
  if (options.max_minutes > 0)
    end = start + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double, std::ratio<60>>(options.max_minutes));
  if (options.end_time)
    end = std::min(end, Clock::now() + std::chrono::duration_cast<Clock::duration>(*options.end_time - std::chrono::system_clock::now()));
  if (end == Clock::time_point::max() || workers.rank() != 0) return {};
  return {start, end, bytes_of(snapshot)};
}

// A request that came after the last step's end, while checkpoints were written, is for all ranks too. To be called when the watch has
// ended: whatever came before is seen here, whatever comes later ends the process.
Ending with_late_request(Ending ending, const StopRequest& request, comm::Communicator& workers) {
  if (is_stop(ending)) return ending;
  at::Tensor asked = at::zeros({2}, at::kByte);
  auto* flags = asked.mutable_data_ptr<std::uint8_t>();
  flags[0] = request.interrupted() ? 1 : 0;
  flags[1] = request.preempted() ? 1 : 0;
  workers.all_reduce(asked, comm::Reduction::kMax);
  if (flags[0] != 0) return Ending::kInterrupted;
  return flags[1] != 0 ? Ending::kPreempted : ending;
}

// What came of a validation that was under way when the run ended: done once more, on the workers. The model's weights are others after it.
std::optional<Report> evaluate_pending(const CheckpointStore& store, TrainingState& state, const Snapshot& snapshot, Assembly& run,
                                       const std::function<Report()>& validate, comm::Communicator& workers, Progress& progress) {
  if (state.pending_evaluation == 0) return std::nullopt;
  if (!validate) {
    progress.say(fmt::format("note: step {} was to be validated, but no sample is in the validation split; it cannot become the best.",
                             state.pending_evaluation));
    state.pending_evaluation = 0;
    return std::nullopt;
  }
  std::string damage;
  try {
    if (workers.rank() == 0) Checkpoint(store.folder_of(state.pending_evaluation), store.key()).load_weights(snapshot.weights);
  } catch (const Error& error) {
    damage = error.what();
  }
  if (!comm::broadcast(workers, damage, 0).empty()) {
    progress.say(fmt::format("note: {} It was being evaluated, and cannot become the best.", damage));
    state.pending_evaluation = 0;
    return std::nullopt;
  }
  broadcast(snapshot.weights, run.step, workers);
  return validate();
}

// The scale of targets is fitted once: another processor might fit it with other last bits.
ExperimentOptions as_begun(const ExperimentOptions& options, const std::optional<Manifest>& resumed) {
  ExperimentOptions begun = options;
  if (resumed) begun.task.target_scale = resumed->task.target_scale;
  return begun;
}

at::Tensor validation_targets(const PreparedData& data) {
  if (data.validation.empty()) return {};
  return data.dataset->targets().index_select(0, at::tensor(data.validation, at::kLong));
}

ExperimentOutcome train_as_worker(const ExperimentOptions& options, const Settings& settings, const std::optional<Manifest>& resumed,
                                  const Roles& roles, StopRequest& asked, std::unique_ptr<models::Model> own_model, Heartbeat& heartbeat) {
  const auto beginning = TimeLimit::Clock::now();
  comm::Communicator& workers = *roles.workers;
  const bool quiet = options.quiet || workers.rank() != 0;
  const CheckpointStore store(options.folder, options.coordinator.store);
  const bool is_users_own = own_model != nullptr || options.model.script != nullptr;
  Groundwork groundwork(options, workers, resumed ? std::optional(resumed->lanes) : std::nullopt, std::move(own_model));
  // All that the options and the file's header show is refused before samples are read, which may take minutes.
  const std::vector<std::string> split_notes = check_split(*groundwork.task, groundwork.data);
  const auto selection = resolve_selection(options.coordinator, *groundwork.task, validation_targets(groundwork.data));
  if (resumed) check_same_data(*resumed, first_manifest(options, settings, groundwork, workers), groundwork.data);
  Assembly run(std::move(groundwork), options, workers);
  Progress progress(stdout, quiet, options.trainer.epochs, run.total_steps, &heartbeat);
  Manifest manifest = first_manifest(options, settings, run, workers);
  if (resumed) {
    check_same_preparation(*resumed, manifest);
    tell_changes(*resumed, manifest, progress);
  }

  if (!quiet) fmt::print("{}\n", models::describe(*run.model));
  if (workers.node_size() > 1 && !run.step.node().shares_memory()) {
    progress.say("note: the ranks of a machine cannot share memory here (a container for each?), so gradients travel as messages.");
  }
  progress.say("device: " + run.compute.words);
  if (options.comm.compression == "none" && options.comm.order == "exact")
    progress.say(describe_lanes(options.trainer, run.lanes, run.threads));
  if (const std::string note = idle_cores_note(options.trainer.threads, run.threads, workers); !note.empty()) progress.say("note: " + note);
  for (const std::string& note : run.arithmetic.notes) progress.say("note: " + note);
  for (const std::string& note : run.data.notes) progress.say("note: " + note);
  if (!quiet && is_users_own) {
    const std::string note = output_form_note(*run.model, *run.task, run.data, run.compute.device);
    if (!note.empty() && options.model.output == "auto") progress.say("note: " + note);
  }

  const auto evaluate = [&](const std::vector<std::int64_t>& members, const ReportOptions& report) {
    const PredictOptions how{.batch = evaluation_batch(options.evaluation_batch, options.trainer.batch, run.lanes),
                             .loading_threads = loading_threads(options.loading, workers),
                             .device = run.compute.device};
    const Predictions predictions = predict(*run.model, run.data.dataset, members, run.data.preparation, workers, how);
    return make_report(*run.task, predictions, *run.data.dataset, report, workers);
  };
  for (const std::string& note : split_notes) progress.say("note: " + note);
  if (selection && !selection->note.empty()) progress.say("note: " + selection->note);
  std::function<Report()> validate;
  if (!run.data.validation.empty()) validate = [&] { return evaluate(run.data.validation, metrics_alone()); };

  const Snapshot snapshot = state_of(run);
  std::optional<Report> pending;
  if (resumed) {
    const auto warn = [&](const std::string& text) { progress.say(text); };
    manifest.state = restore(store, snapshot, run.step, workers, warn).state;
    if (workers.rank() == 0) restore_links(store, manifest.state, selection);
    pending = evaluate_pending(store, manifest.state, snapshot, run, validate, workers, progress);
    if (pending) restore(store, snapshot, run.step, workers, warn);
    progress.say(fmt::format("resumed at epoch {}, step {}.", manifest.state.epoch + 1, manifest.state.step));
  }

  if (workers.rank() == 0 && !manifest.module.empty() && !options.folder.empty()) {
    write_module(options.folder, *options.model.script, store.key());
  }
  const auto keep = [&] {
    if (options.keep) options.keep();
    const bool lacks_module = !manifest.module.empty() && !has_module(options.folder, store.key());
    if (lacks_module && std::filesystem::is_directory(options.folder)) write_module(options.folder, *options.model.script, store.key());
  };
  TimeLimit limit = time_limit(options.trainer, beginning, snapshot, workers);
  Writing writing = start_service(options, run, roles, snapshot);
  RunCoordinator coordinator(options.coordinator, {workers, options.folder, manifest, std::move(writing.client), validate,
                                                   writing.evaluates, selection, pending, limit, progress, keep, &run.watch});

  if (options.begun) options.begun(manifest);
  progress.begin(manifest.state);

  ExperimentOutcome outcome;
  outcome.state = manifest.state;
  outcome.device = run.compute.words;
  Timeline timeline(/*keeps_events=*/options.trainer.profile, &heartbeat);
  Trainer trainer(options.trainer, options.seed, run.compute.device,
                  {*run.model, *run.task, run.loader, run.step, run.schedule, coordinator, asked, limit, progress, timeline});
  const auto start = std::chrono::steady_clock::now();
  {
    const StopRequest::Watch watch(asked);
    outcome.ending = trainer.run(outcome.state);
    coordinator.finish(outcome.state, outcome.ending);  // all is written: from here on, any rank may end by itself
  }
  outcome.ending = with_late_request(outcome.ending, asked, workers);
  outcome.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  if (!options.folder.empty()) {
    if (options.trainer.profile) write_trace(options.folder + "/trace.json", timeline, workers);
    outcome.best = store.best();
    outcome.last = store.last();
  }
  if (is_stop(outcome.ending)) return outcome;

  heartbeat.evaluate();
  if (!outcome.best.empty()) {
    if (workers.rank() == 0) Checkpoint(outcome.best, store.key()).load_weights(snapshot.weights);
    broadcast(snapshot.weights, run.step, workers);
  }
  if (!run.data.validation.empty()) outcome.validation = evaluate(run.data.validation, {.intervals = options.intervals});
  if (!run.data.test.empty()) outcome.test = evaluate(run.data.test, {.intervals = options.intervals});
  for (const std::string& note : run.watch.expect_unchanged("Its figures would be of other data. The checkpoints are of before.")) {
    progress.say("note: " + note);
  }
  return outcome;
}

}  // namespace

ExperimentOutcome train(const ExperimentOptions& given, comm::Communicator& world, StopRequest* stop_request,
                        std::unique_ptr<models::Model> own_model) {
  ExperimentOptions options = given;
  Settings settings = settings_of(given);
  if (own_model) settings["model.name"] = kOwnModel;
  if (given.record.empty()) {
    options.record = record_of(settings);
    options.begun = [&](const Manifest& manifest) {
      if (world.rank() == 0 && !options.folder.empty()) write_config(options.folder, options.record);
      if (given.begun) given.begun(manifest);
    };
  }
  if (!own_model) {
    const RunModule module = module_of_run(options);
    options.model.script = module.bytes;
    if (!module.note.empty() && !options.quiet && world.rank() == 0) fmt::print("note: {}\n", module.note);
  }
  StopRequest never;
  StopRequest& asked = stop_request != nullptr ? *stop_request : never;
  Heartbeat heartbeat(options.folder, world.rank(), world.size());
  try {
    const Roles roles = assign_roles(options.coordinator, world);
    const auto resumed = options.resume ? newest_manifest(CheckpointStore(options.folder, options.coordinator.store), world) : std::nullopt;
    if (resumed) check_same_settings(*resumed, settings);
    const ExperimentOptions begun = as_begun(options, resumed);
    ExperimentOutcome outcome;
    if (roles.coordinates) {
      heartbeat.coordinate();
      const StopRequest::Watch watch(asked);  // the workers decide
      outcome = coordinate(begun, *roles.line, std::move(own_model));
    } else {
      outcome = train_as_worker(begun, settings, resumed, roles, asked, std::move(own_model), heartbeat);
    }
    heartbeat.end(outcome.ending);
    return outcome;
  } catch (...) {
    heartbeat.fail(std::current_exception());
    throw;
  }
}

}  // namespace galen::trainer
