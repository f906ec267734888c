#include "trainer/experiment.h"

#include "comm/collectives.h"
#include "galen/error.h"
#include "trainer/assembly.h"
#include "trainer/checkpoint/whole_file.h"
#include "trainer/inline_coordinator.h"
#include "trainer/resume.h"

#include <chrono>
#include <cstdio>

namespace galen::trainer {

namespace {

void check_same_run(const Manifest& saved, const Manifest& now, Progress& progress) {
  if (saved.dataset_digest != now.dataset_digest) {
    throw UsageError("the run to be resumed was trained on another data set than data.file (their digests differ). Begin another run.");
  }
  if (saved.seed != now.seed) {
    throw UsageError("run.seed = {}, but the run to be resumed has seed {}. Begin another run.", now.seed, saved.seed);
  }
  if (saved.threads != now.threads) {
    progress.say(fmt::format("note: resumed with trainer.threads = {} instead of {}: results may differ in their last bits.", now.threads,
                             saved.threads));
  }
}

// The optimiser's flat state, parameter by parameter, so that a checkpoint does not depend on the arena's layout.
std::vector<models::NamedTensor> optimizer_tensors(const Optimizer& optimizer, const ParameterArena& arena) {
  std::vector<models::NamedTensor> tensors;
  for (const auto& state : optimizer.state()) {
    for (const ParameterSlice& slice : arena.slices()) {
      tensors.push_back({state.name + "." + slice.name, state.tensor.narrow(0, slice.begin, slice.end - slice.begin)});
    }
  }
  return tensors;
}

Manifest first_manifest(const ExperimentOptions& options, const Assembly& run, const comm::Communicator& world) {
  return {.program_version = GALEN_VERSION,
          .state = {},
          .seed = options.seed,
          .lanes = run.lanes,
          .world_size = world.size(),
          .threads = run.threads,
          .device = run.compute.device.str(),
          .dataset_digest = run.data.dataset->digest(),
          .preparation = run.data.preparation,
          .input_shape = run.data.dataset->input_shape(),
          .feature_names = run.data.dataset->feature_names(),
          .outputs = run.outputs,
          .task = resolve(options.task, *run.data.dataset, run.data.training),
          .names = run.task->names(),
          .record = options.record,
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

}  // namespace

ExperimentOutcome train(const ExperimentOptions& options, comm::Communicator& world, const StopRequest& stop_request,
                        std::unique_ptr<models::Model> own_model) {
  const bool quiet = options.quiet || world.rank() != 0;
  const CheckpointStore store(options.folder);
  const std::optional<Manifest> resumed = options.resume ? newest_manifest(store, world) : std::nullopt;
  Assembly run(options, world, resumed ? std::optional(resumed->lanes) : std::nullopt, std::move(own_model));
  if (!quiet) fmt::print("{}\n", models::describe(*run.model));

  Progress progress(stdout, quiet, options.trainer.epochs, run.total_steps, resumed ? resumed->state.step : 0);
  if (world.node_size() > 1 && !run.step.node().shares_memory()) {
    progress.say("note: the ranks of a machine cannot share memory here (a container for each?), so gradients travel as messages.");
  }

  for (const std::string& note : run.data.dataset->notes()) progress.say("note: " + note);

  Manifest manifest = first_manifest(options, run, world);
  const Snapshot snapshot{weights_of(*run.model), optimizer_tensors(run.step.optimizer(), run.step.arena())};
  if (resumed) {
    check_same_run(*resumed, manifest, progress);
    manifest.state = restore(store, snapshot, run.step, world, [&](const std::string& text) { progress.say(text); }).state;
    progress.say(fmt::format("resumed at epoch {}, step {}.", manifest.state.epoch + 1, manifest.state.step));
  }

  const auto evaluate = [&](const std::vector<std::int64_t>& members, const IntervalOptions& intervals) {
    const Predictions predictions =
        predict(*run.model, run.data.dataset, members, run.data.preparation, world, {.device = run.compute.device});
    return make_report(*run.task, predictions, *run.data.dataset, intervals);
  };
  const auto selection = resolve_selection(options.coordinator, run.task->name());
  std::function<Report()> validate;
  if (!run.data.validation.empty()) validate = [&] { return evaluate(run.data.validation, {.resamples = 0}); };
  InlineCoordinator coordinator(options.coordinator, {world, options.folder, snapshot, manifest, validate, selection, progress});

  ExperimentOutcome outcome;
  outcome.state = manifest.state;
  Timeline timeline(/*keeps_events=*/options.trainer.profile);
  Trainer trainer(options.trainer, options.seed, run.compute.device,
                  {*run.model, *run.task, run.loader, run.step, run.schedule, coordinator, stop_request, progress, timeline});
  const auto start = std::chrono::steady_clock::now();
  outcome.ending = trainer.run(outcome.state);
  coordinator.finish(outcome.state, outcome.ending);
  outcome.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  if (!options.folder.empty()) {
    if (options.trainer.profile) write_trace(options.folder + "/trace.json", timeline, world);
    outcome.best = store.best();
    outcome.last = store.last();
  }
  if (outcome.ending == Ending::kInterrupted || outcome.ending == Ending::kPreempted) return outcome;

  if (!outcome.best.empty()) {
    if (world.rank() == 0) load_weights(outcome.best, read_manifest(outcome.best), snapshot.weights);
    broadcast(snapshot.weights, run.step, world);
  }
  if (!run.data.validation.empty()) outcome.validation = evaluate(run.data.validation, options.intervals);
  if (!run.data.test.empty()) outcome.test = evaluate(run.data.test, options.intervals);
  return outcome;
}

}  // namespace galen::trainer
