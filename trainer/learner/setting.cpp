#include "trainer/learner/setting.h"

#include "comm/collectives.h"
#include "data/batch_room.h"
#include "data/loader.h"
#include "data/preparation/preparations.h"
#include "data/sampling/patient_lanes.h"
#include "data/sampling/windows.h"
#include "galen/digest.h"
#include "galen/error.h"
#include "models/catalogue.h"
#include "models/factory.h"
#include "trainer/checkpoint/module_file.h"
#include "trainer/checkpoint/safetensors.h"
#include "trainer/checkpoint/snapshot.h"
#include "trainer/device/freed_memory.h"
#include "trainer/device/threads.h"
#include "trainer/lanes/lane_count.h"
#include "trainer/learner/agreement.h"
#include "trainer/samples/loading_resources.h"
#include "trainer/samples/subset_digests.h"
#include "trainer/samples/table_fit.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace galen::trainer {

namespace {

const TrainerOptions& checked(const SettingOptions& setting) {
  const TrainerOptions& options = setting.trainer;
  if (options.batch < 1) throw UsageError("trainer.batch must be 1 or more.");
  if (options.epochs < 1) throw UsageError("trainer.epochs must be 1 or more.");
  if (options.max_steps < 0) throw UsageError("trainer.max_steps must be 0 (no limit) or more.");
  if (setting.evaluation_batch < 0) throw UsageError("evaluation.batch must be 0 (a lane's share of trainer.batch) or more.");
  if (options.lanes < kLaneForEachWorker) throw UsageError("trainer.lanes must be 1 or more, or auto, or workers.");
  return options;
}

bool is_regression(const SettingOptions& options) { return models::kind_of(options.model.name) == models::kRegressions; }

// Regressions are fitted on CPUs.
DeviceChoice device_for(const SettingOptions& options) {
  return is_regression(options) && options.device == DeviceChoice::kAuto ? DeviceChoice::kCpu : options.device;
}

// Regressions cut the whole training split into lanes, and have no batch.
std::int64_t lanes_for_run(const SettingOptions& options, std::optional<std::int64_t> saved_lanes, int workers) {
  TrainerOptions trainer = options.trainer;
  if (is_regression(options)) {
    if (trainer.lanes == kAutomaticLanes) trainer.lanes = data::kUsualLanes;
    trainer.batch = std::max<std::int64_t>(trainer.lanes, workers);
  }
  return choose_lanes(trainer, saved_lanes, workers);
}

std::int64_t evaluation_batch_for(const SettingOptions& options, std::int64_t lanes) {
  constexpr std::int64_t kRowsOfATable = 1024;
  const std::int64_t asked = is_regression(options) && options.evaluation_batch == 0 ? kRowsOfATable : options.evaluation_batch;
  return evaluation_batch(asked, options.trainer.batch, lanes);
}

comm::Communicator& with_deadline(double seconds, comm::Communicator& world) {
  world.set_deadline(std::chrono::milliseconds(static_cast<std::int64_t>(std::min(1000 * seconds, 1e15))));
  return world;
}

// Types that checkpoints cannot hold are refused before the first step.
std::unique_ptr<models::Model> storable(std::unique_ptr<models::Model> model) {
  check_storable(weights_of(*model));
  return model;
}

// A model of f64 inputs fits the preparation itself, with load_table(); its width alone is needed before.
PreparedData open_for(const SettingOptions& options, comm::Communicator& world) {
  DataOptions opened = options;
  opened.preparation.missing_indicator = options.preparation.missing_indicator && !is_regression(options);
  PreparedData data = open_data(opened);
  if (opened.preparation.missing_indicator == options.preparation.missing_indicator) return data;
  if (data.dataset->inputs() != 1 || data.dataset->vocabulary() || data.dataset->input_shape().size() != 1) return open_data(options);
  data::check_imputation(options.preparation.impute, options.preparation.missing_indicator, *data.dataset);
  data.preparations.front().table = outline_table(*data.dataset, data.training, world);
  return data;
}

// Called before memory is shared and messages are sent whose sizes depend on these facts. Paths may differ from host to host.
std::unique_ptr<comm::Communicator> agreeing_workers(const SettingOptions& options, const models::Model& model, comm::Communicator& world) {
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

std::string digest_of_fit(const std::vector<data::Preparation>& preparations) {
  Digest digest;
  for (const data::Preparation& preparation : preparations) {
    for (const std::vector<float>* numbers : {&preparation.scaling.mean, &preparation.scaling.deviation, &preparation.imputation.fill}) {
      digest.add_bytes(numbers->data(), numbers->size() * sizeof(float));
    }
    digest.add(preparation.imputation.indicators);
    if (!preparation.table) continue;
    for (const std::vector<double>* numbers : {&preparation.table->fill, &preparation.table->mean, &preparation.table->deviation}) {
      digest.add_bytes(numbers->data(), numbers->size() * sizeof(double));
    }
    digest.add(preparation.table->indicators);
  }
  return digest.hex();
}

// Facts that are derived from the data, and differ for another copy of it.
std::vector<Fact> facts_of(const PreparedData& data) {
  return {{"training samples (their digest)", digest_of(data.training).digest},
          {"validation samples (their digest)", digest_of(data.validation).digest},
          {"test samples (their digest)", digest_of(data.test).digest},
          {"values that samples are prepared by (their digest)", digest_of_fit(data.preparations)}};
}

}  // namespace

std::unique_ptr<models::Model> make_model(const SettingOptions& options, const PreparedData& data) {
  const auto [outputs, exclusive] = task_shape(options.task, *data.dataset);
  std::vector<models::InputShape> inputs;
  for (std::size_t i = 0; i < data.preparations.size(); ++i) {
    const data::Dataset& input = data.dataset->input(i);
    inputs.push_back({data::output_shape(data.preparations[i], input.input_shape()), data::vocabulary_size(input)});
  }
  return models::make_model(options.model, models::shape_of(inputs, outputs, exclusive), options.seed);
}

Setting::Setting(const SettingOptions& given, comm::Communicator& everybody, std::optional<std::int64_t> saved_lanes,
                 std::unique_ptr<models::Model> own_model)
    : options(given),
      world(with_deadline(options.deadline, everybody)),
      compute(select_device(device_for(options), world)),
      threads(set_threads(checked(options).threads, kUsualThreads)),
      arithmetic(prepare_arithmetic(world)),
      data(open_for(options, world)),
      outputs(task_shape(options.task, *data.dataset).outputs),
      model(storable(own_model ? std::move(own_model) : make_model(options, data))),
      task(make_task(options.task, *data.dataset, data.training, model->output_form())),
      lanes(lanes_for_run(options, saved_lanes, world.size())),
      windows(data::plan_windows(*data.dataset, data.training, options.loading.order, static_cast<int>(lanes))),
      workers(agreeing_workers(options, *model, world)),
      node(*workers),
      watch(data.dataset, world),
      evaluation_batch(evaluation_batch_for(options, lanes)),
      loading_threads(trainer::loading_threads(options.loading, world)) {
  const std::int64_t samples = std::min<std::int64_t>(options.trainer.batch, static_cast<std::int64_t>(data.training.size()));
  const std::int64_t rows = (samples + workers->size() - 1) / workers->size();
  const std::int64_t slots = loading_threads + data::LoaderOptions().read_ahead;
  data::expect_room_for_batches(*data.dataset, data.preparations, {rows, slots, world.node_size()});
}

void Setting::prepare() {
  model->to(compute.device);
  if (model->input_type() == at::kDouble) {
    data.values = data::statistics_of_inputs(*data.dataset, data.training);
  } else {
    fit_data(options, data);
  }
  check_agreement(facts_of(data), world);
  keep_freed_memory();
  keep_decompressed(*data.dataset, options.loading, windows.get(), static_cast<int>(lanes), world);
}

}  // namespace galen::trainer
