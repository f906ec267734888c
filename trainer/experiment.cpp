#include "trainer/experiment.h"

#include "comm/collectives.h"
#include "galen/error.h"
#include "trainer/device.h"
#include "trainer/gradient/training_step.h"
#include "trainer/inline_coordinator.h"
#include "trainer/resume.h"

#include <chrono>
#include <cstdio>

namespace galen::trainer {

namespace {

// The data set as a run sees it.
struct PreparedData {
  std::shared_ptr<const data::Dataset> dataset;
  std::vector<std::int64_t> training;
  std::vector<std::int64_t> validation;
  std::vector<std::int64_t> test;
  data::Scaling scaling;
};

PreparedData prepare_data(const ExperimentOptions& options) {
  PreparedData data;
  data.dataset = std::make_shared<const data::Dataset>(options.dataset);
  if (data.dataset->target_kind() == data::TargetKind::kNone) {
    throw Error("{}: dataset {} is not there, so there is nothing to learn. Name the targets with data.target.", data.dataset->file(),
                options.dataset.target);
  }
  const std::vector<data::Subset> split = data::split_of(*data.dataset, options.split);
  data.training = data::members(split, data::Subset::kTrain);
  data.validation = data::members(split, data::Subset::kValidation);
  data.test = data::members(split, data::Subset::kTest);
  if (data.training.empty()) throw Error("{}: no sample is in the training split. Look at it with `galen inspect`.", data.dataset->file());
  data.scaling = data::make_scaling(options.scaling, *data.dataset, data.training);
  return data;
}

void check(const TrainerOptions& options) {
  if (options.batch < 1) throw UsageError("trainer.batch must be 1 or more.");
  if (options.epochs < 1) throw UsageError("trainer.epochs must be 1 or more.");
  if (options.max_steps < 0) throw UsageError("trainer.max_steps must be 0 (no limit) or more.");
  if (options.on_nonfinite != "stop" && options.on_nonfinite != "skip") throw UsageError("trainer.on_nonfinite must be stop or skip.");
  if (options.lanes < 0) throw UsageError("trainer.lanes must be 0 (one for each worker) or more.");
}

// The number of lanes belongs to the run, not to the command that goes on with it.
std::int64_t choose_lanes(const TrainerOptions& options, const std::optional<Manifest>& resumed, int workers) {
  std::int64_t lanes = options.lanes > 0 ? options.lanes : workers;
  if (resumed) {
    if (options.lanes > 0 && options.lanes != resumed->lanes) {
      throw UsageError("trainer.lanes = {}, but the run to be resumed has {} lanes. Leave the key away, or begin another run.",
                       options.lanes, resumed->lanes);
    }
    lanes = resumed->lanes;
  }
  if (workers > lanes) {
    throw UsageError("{} workers were started for {} lanes. Start at most one worker a lane, or begin a run with more trainer.lanes.",
                     workers, lanes);
  }
  if (options.batch < lanes) {
    throw UsageError("trainer.batch = {} is smaller than the number of lanes, {}. Every worker needs at least one sample a step.",
                     options.batch, lanes);
  }
  return lanes;
}

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

}  // namespace

ExperimentOutcome train(const ExperimentOptions& options, comm::Communicator& world, const StopRequest& stop_request,
                        std::unique_ptr<models::Model> model) {
  check(options.trainer);
  const bool quiet = options.quiet || world.rank() != 0;
  const ComputeDevice compute = select_device(options.device, world);
  const int threads = set_threads(options.trainer.threads, world);

  const PreparedData data = prepare_data(options);
  const auto [outputs, exclusive] = task_shape(options.task, *data.dataset);
  if (!model) model = models::make_model(options.model, {data.dataset->input_shape(), outputs, exclusive}, options.seed);
  const auto task = make_task(options.task, *data.dataset, data.training, model->output_form());
  model->to(compute.device);
  if (!quiet) fmt::print("{}\n", models::describe(*model));

  const CheckpointStore store(options.folder);
  const std::optional<Manifest> resumed = options.resume ? newest_manifest(store, world) : std::nullopt;
  const std::int64_t lanes = choose_lanes(options.trainer, resumed, world.size());

  const auto workers = comm::ordered_by_node(world);
  TrainingStep step(*model, *workers, lanes, options.optimizer,
                    {.clip_norm = options.optimizer.clip_norm, .skip_nonfinite = options.trainer.on_nonfinite == "skip"}, compute);
  const Snapshot snapshot{weights_of(*model), optimizer_tensors(step.optimizer(), step.arena())};
  broadcast(snapshot.weights, step, world);  // a user's own model may have been drawn at random

  data::Loader loader(
      data.dataset, data.training, data.scaling,
      {.batch = options.trainer.batch, .lanes = static_cast<int>(lanes), .my_lanes = step.gradients().my_lanes(), .seed = options.seed});
  const Schedule schedule(options.schedule, options.optimizer.learning_rate, loader.steps(), options.trainer.epochs);
  const std::int64_t all_steps = loader.steps() * options.trainer.epochs;
  const std::int64_t total_steps = options.trainer.max_steps > 0 ? std::min(options.trainer.max_steps, all_steps) : all_steps;
  Progress progress(stdout, quiet, options.trainer.epochs, total_steps, resumed ? resumed->state.step : 0);

  if (world.node_size() > 1 && !step.node().shares_memory()) {
    progress.say("note: the ranks of a machine cannot share memory here (a container for each?), so gradients travel as messages.");
  }

  Manifest manifest{.program_version = GALEN_VERSION,
                    .state = {},
                    .seed = options.seed,
                    .lanes = lanes,
                    .world_size = world.size(),
                    .threads = threads,
                    .device = compute.device.str(),
                    .dataset_digest = data.dataset->digest(),
                    .scaling = data.scaling,
                    .input_shape = data.dataset->input_shape(),
                    .outputs = outputs,
                    .task = resolve(options.task, *data.dataset, data.training),
                    .names = task->names(),
                    .record = options.record,
                    .digests = {}};
  if (resumed) {
    check_same_run(*resumed, manifest, progress);
    manifest.state = restore(store, snapshot, step, world, [&](const std::string& text) { progress.say(text); }).state;
    progress.say(fmt::format("resumed at epoch {}, step {}.", manifest.state.epoch + 1, manifest.state.step));
  }

  const auto evaluate = [&](const std::vector<std::int64_t>& members, const IntervalOptions& intervals) {
    const Predictions predictions = predict(*model, data.dataset, members, data.scaling, world, {.device = compute.device});
    return make_report(*task, predictions, *data.dataset, intervals);
  };
  const auto selection = resolve_selection(options.coordinator, task->name());
  std::function<Report()> validate;
  if (!data.validation.empty()) validate = [&] { return evaluate(data.validation, {.resamples = 0}); };
  InlineCoordinator coordinator(options.coordinator, {world, options.folder, snapshot, manifest, validate, selection, progress});

  ExperimentOutcome outcome;
  outcome.state = manifest.state;
  Trainer trainer(options.trainer, options.seed, compute.device,
                  {*model, *task, loader, step, schedule, coordinator, stop_request, progress});
  const auto start = std::chrono::steady_clock::now();
  outcome.ending = trainer.run(outcome.state);
  coordinator.finish(outcome.state, outcome.ending);
  outcome.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  if (!options.folder.empty()) {
    outcome.best = store.best();
    outcome.last = store.last();
  }
  if (outcome.ending == Ending::kInterrupted || outcome.ending == Ending::kPreempted) return outcome;

  if (!outcome.best.empty()) {
    if (world.rank() == 0) load_weights(outcome.best, read_manifest(outcome.best), snapshot.weights);
    broadcast(snapshot.weights, step, world);
  }
  if (!data.validation.empty()) outcome.validation = evaluate(data.validation, options.intervals);
  if (!data.test.empty()) outcome.test = evaluate(data.test, options.intervals);
  return outcome;
}

}  // namespace galen::trainer
