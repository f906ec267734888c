#include "trainer/assembly.h"

#include "comm/collectives.h"
#include "data/batch_room.h"
#include "data/preparation/fill_notes.h"
#include "data/preparation/scaling_notes.h"
#include "data/sampling/split.h"
#include "data/sampling/windows.h"
#include "galen/digest.h"
#include "galen/error.h"
#include "models/factory.h"
#include "trainer/checkpoint/module_file.h"
#include "trainer/checkpoint/safetensors.h"
#include "trainer/device/freed_memory.h"
#include "trainer/device/threads.h"
#include "trainer/lanes/lane_count.h"
#include "trainer/learner/agreement.h"
#include "trainer/resume/newest_checkpoint.h"
#include "trainer/samples/loading_resources.h"
#include "trainer/samples/subset_digests.h"
#include "trainer/tasks/positive_class.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace galen::trainer {

namespace {

// Of the options alone.
const TrainerOptions& checked(const ExperimentOptions& experiment) {
  check_optimizer(experiment.optimizer);
  check_schedule(experiment.schedule);
  const TrainerOptions& options = experiment.trainer;
  if (options.batch < 1) throw UsageError("trainer.batch must be 1 or more.");
  if (options.epochs < 1) throw UsageError("trainer.epochs must be 1 or more.");
  if (options.max_steps < 0) throw UsageError("trainer.max_steps must be 0 (no limit) or more.");
  if (options.on_nonfinite != "stop" && options.on_nonfinite != "skip") throw UsageError("trainer.on_nonfinite must be stop or skip.");
  if (experiment.evaluation_batch < 0) throw UsageError("evaluation.batch must be 0 (a lane's share of trainer.batch) or more.");
  if (options.lanes < kLaneForEachWorker) throw UsageError("trainer.lanes must be 1 or more, or auto, or workers.");
  return options;
}

comm::Communicator& with_deadline(double seconds, comm::Communicator& world) {
  world.set_deadline(std::chrono::milliseconds(static_cast<std::int64_t>(std::min(1000 * seconds, 1e15))));
  return world;
}

const data::Preparation& fitted(const ExperimentOptions& options, PreparedData& data) {
  fit_data(options, data);
  return data.preparation;
}

// What checkpoints could not hold is found before the first step, not at the first of them.
std::unique_ptr<models::Model> storable(std::unique_ptr<models::Model> model) {
  check_storable(weights_of(*model));
  return model;
}

models::Model& moved_to(const ComputeDevice& compute, models::Model& model) {
  model.to(compute.device);
  return model;
}

// Before memory is shared and messages are sent whose sizes depend on all of this. Paths may differ from host to host.
std::unique_ptr<comm::Communicator> agreeing_workers(const ExperimentOptions& options, const models::Model& model,
                                                     comm::Communicator& world) {
  std::vector<Fact> facts = {{"program version", GALEN_VERSION}};
  if (options.model.script) facts.push_back({"digest of the TorchScript module", digest_of_module(*options.model.script)});
  for (const auto& [key, value] : options.record) {
    if (key != "data.file" && key != "run.folder" && key != "model.name") facts.push_back({key, value});
  }
  for (const auto& [name, tensor] : model.parameters())
    facts.push_back({"parameter " + name, fmt::format("[{}]", fmt::join(tensor.sizes(), ", "))});
  check_agreement(facts, world);
  return comm::ordered_by_node(world);
}

std::string digest_of_fit(const data::Preparation& preparation) {
  Digest digest;
  for (const std::vector<float>* numbers : {&preparation.scaling.mean, &preparation.scaling.deviation, &preparation.imputation.fill}) {
    digest.add_bytes(numbers->data(), numbers->size() * sizeof(float));
  }
  digest.add(preparation.imputation.indicators);
  return digest.hex();
}

// What follows from the data, and would be another from another copy of it.
std::vector<Fact> facts_of(const PreparedData& data) {
  return {{"training samples (their digest)", digest_of(data.training).digest},
          {"validation samples (their digest)", digest_of(data.validation).digest},
          {"test samples (their digest)", digest_of(data.test).digest},
          {"values that samples are prepared by (their digest)", digest_of_fit(data.preparation)}};
}

std::int64_t count_steps(const TrainerOptions& options, std::int64_t steps_an_epoch) {
  const std::int64_t all = steps_an_epoch * options.epochs;
  return options.max_steps > 0 ? std::min(options.max_steps, all) : all;
}

// A user that asks for another split must not be given the stored one.
void check_split_is_drawn(const data::SplitOptions& split, const data::Dataset& dataset) {
  if (split.source == "drawn" && !dataset.options().split.empty()) {
    throw UsageError("data.split = {} names a stored split, which data.split_source = drawn does without. Remove one of them.",
                     dataset.options().split);
  }
  const bool asked = split.seed != data::SplitOptions().seed || split.fractions != data::SplitOptions().fractions;
  if (!asked || split.source == "drawn" || dataset.stored_split().empty()) return;
  throw UsageError(
      "data.split_seed and data.fractions say how a split is drawn, but {} stores one, which data.split_source = {} takes. Set "
      "data.split_source = drawn, or remove them.",
      dataset.file(), split.source);
}

}  // namespace

PreparedData open_data(const ExperimentOptions& options) {
  PreparedData data;
  data::DatasetOptions opened = options.dataset;
  opened.task = options.task.name;
  data.dataset = std::make_shared<data::Dataset>(opened);
  if (data.dataset->target_kind() == data::TargetKind::kNone) {
    throw Error("{}: dataset {} does not exist, so there is nothing to learn. Name the targets with data.target.", data.dataset->file(),
                options.dataset.target);
  }
  put_positive_last(options.task, *data.dataset);
  data.notes = data.dataset->notes();
  for (std::string& note : data.dataset->slow_reading()) data.notes.push_back(std::move(note));
  if (std::string note = positive_note(options.task, *data.dataset); !note.empty()) data.notes.push_back(std::move(note));
  check_split_is_drawn(options.split, *data.dataset);
  const std::vector<data::Subset> split = data::split_of(*data.dataset, options.split);
  data.training = data::members(split, data::Subset::kTrain);
  data.validation = data::members(split, data::Subset::kValidation);
  data.test = data::members(split, data::Subset::kTest);
  if (data.training.empty()) throw Error("{}: no sample is in the training split. Look at it with `galen inspect`.", data.dataset->file());
  data.preparation = data::outline_preparation(options.preparation, *data.dataset, data.training);
  return data;
}

void fit_data(const ExperimentOptions& options, PreparedData& data) {
  data::fit_preparation(options.preparation, *data.dataset, data.training, data.preparation);
  data.values = data::sampled_statistics(*data.dataset, data.training);
  for (std::string& note : data::scaling_notes(options.preparation, *data.dataset, data.preparation.scaling, data.values)) {
    data.notes.push_back(std::move(note));
  }
  for (std::string& note : data::fill_notes(options.preparation.transforms, *data.dataset, data.values)) {
    data.notes.push_back(std::move(note));
  }
}

PreparedData prepare_data(const ExperimentOptions& options) {
  PreparedData data = open_data(options);
  fit_data(options, data);
  return data;
}

std::unique_ptr<models::Model> make_model(const ExperimentOptions& options, const PreparedData& data) {
  const auto [outputs, exclusive] = task_shape(options.task, *data.dataset);
  const std::vector<std::int64_t> input = data::output_shape(data.preparation, data.dataset->input_shape());
  return models::make_model(options.model, {input, outputs, exclusive, data::vocabulary_size(*data.dataset)}, options.seed);
}

Groundwork::Groundwork(const ExperimentOptions& options, comm::Communicator& world, std::optional<std::int64_t> saved_lanes,
                       std::unique_ptr<models::Model> own_model)
    : compute(select_device(options.device, with_deadline(options.deadline, world))),
      threads(set_threads(checked(options).threads, kUsualThreads)),
      arithmetic(prepare_arithmetic(world)),
      data(open_data(options)),
      outputs(task_shape(options.task, *data.dataset).outputs),
      model(storable(own_model ? std::move(own_model) : make_model(options, data))),
      task(make_task(options.task, *data.dataset, data.training, model->output_form())),
      lanes(choose_lanes(options.trainer, saved_lanes, world.size())),
      windows(data::plan_windows(*data.dataset, data.training, options.loading.order, static_cast<int>(lanes))),
      workers(agreeing_workers(options, *model, world)),
      watch(data.dataset, world) {
  const std::int64_t rows =
      (std::min<std::int64_t>(options.trainer.batch, static_cast<std::int64_t>(data.training.size())) + workers->size() - 1) /
      workers->size();
  const std::int64_t slots = loading_threads(options.loading, world) + data::LoaderOptions().read_ahead;
  data::expect_room_for_batches(*data.dataset, data.preparation, {rows, slots, world.node_size()});
}

Assembly::Assembly(Groundwork groundwork, const ExperimentOptions& options, comm::Communicator& world)
    : Groundwork(std::move(groundwork)),
      step(moved_to(compute, *model), *workers, lanes, options.optimizer,
           {.clip_norm = options.optimizer.clip_norm, .skip_nonfinite = options.trainer.on_nonfinite == "skip", .comm = options.comm},
           compute),
      loader(data.dataset, data.training, fitted(options, data),
             {.batch = options.trainer.batch,
              .lanes = static_cast<int>(lanes),
              .my_lanes = step.gradients().my_lanes(),
              .augment = true,
              .seed = options.seed,
              .windows = windows,
              .length_window = options.loading.length_window,
              .threads = loading_threads(options.loading, world)}),
      schedule(options.schedule, options.optimizer.learning_rate, loader.steps(), options.trainer.epochs),
      total_steps(count_steps(options.trainer, loader.steps())) {
  check_agreement(facts_of(data), world);
  keep_freed_memory();
  keep_decompressed(*data.dataset, options.loading, windows.get(), static_cast<int>(lanes), world);
  broadcast(weights_of(*model), step, world);  // a user's own model may have been drawn at random
}

// The optimiser's flat state goes parameter by parameter, so that a checkpoint does not depend on the arena's layout.
Snapshot state_of(Assembly& run) {
  Snapshot snapshot{weights_of(*run.model), {}};
  for (const auto& state : run.step.optimizer().state()) {
    for (const ParameterSlice& slice : run.step.arena().slices()) {
      snapshot.optimizer.push_back({state.name + "." + slice.name, state.tensor.narrow(0, slice.begin, slice.end - slice.begin)});
    }
  }
  return snapshot;
}

}  // namespace galen::trainer
