#include "trainer/checkpoint/manifest.h"

#include "galen/error.h"
#include "trainer/checkpoint/format_version.h"

#include <array>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

namespace galen::trainer {

namespace {

using nlohmann::ordered_json;

ordered_json number_or_null(double value) { return std::isnan(value) ? ordered_json(nullptr) : ordered_json(value); }

double number_or_nan(const ordered_json& value) { return value.is_null() ? std::numeric_limits<double>::quiet_NaN() : value.get<double>(); }

// Missing if targets are not standardised, and in older checkpoints.
TargetScale read_target_scale(const ordered_json& task) {
  if (!task.contains("target_scale")) return {};
  const ordered_json& scale = task.at("target_scale");
  return {scale.at("mean").get<std::vector<double>>(), scale.at("deviation").get<std::vector<double>>()};
}

// Absent of galen's own four tasks.
void read_own_task(const ordered_json& task, TaskOptions& options) {
  if (!task.contains("own")) return;
  task.at("own").at("name").get_to(options.own.name);
  task.at("own").at("fitted").get_to(options.fitted);
}

// Written with enough digits to read back the same double.
ordered_json to_json(const data::TablePreparation& table) {
  return {{"fill", table.fill}, {"indicators", table.indicators}, {"mean", table.mean}, {"deviation", table.deviation}};
}

data::TablePreparation read_table(const ordered_json& json) {
  return {json.at("fill").get<std::vector<double>>(), json.at("indicators").get<std::vector<std::int64_t>>(),
          json.at("mean").get<std::vector<double>>(), json.at("deviation").get<std::vector<double>>()};
}

ordered_json to_json(const data::ValueStatistics& values) {
  return {{"mean", values.mean},
          {"deviation", values.deviation},
          {"minimum", values.minimum},
          {"maximum", values.maximum},
          {"samples", values.samples}};
}

data::ValueStatistics read_values(const ordered_json& json) {
  return {json.at("mean").get<std::vector<double>>(), json.at("deviation").get<std::vector<double>>(),
          json.at("minimum").get<std::vector<double>>(), json.at("maximum").get<std::vector<double>>(),
          json.at("samples").get<std::int64_t>()};
}

// Older checkpoints have no imputation.
void read_preparation(const ordered_json& json, data::Preparation& preparation) {
  if (json.contains("transforms")) {  // missing in older checkpoints
    json.at("transforms").at("prepare").get_to(preparation.transforms.prepare);
    json.at("transforms").at("augment").get_to(preparation.transforms.augment);
  }
  if (json.contains("max_length")) json.at("max_length").get_to(preparation.max_length);
  if (json.contains("table")) preparation.table = read_table(json.at("table"));
  json.at("scaling").at("mean").get_to(preparation.scaling.mean);
  json.at("scaling").at("deviation").get_to(preparation.scaling.deviation);
  if (!json.contains("imputation")) return;
  json.at("imputation").at("fill").get_to(preparation.imputation.fill);
  json.at("imputation").at("indicators").get_to(preparation.imputation.indicators);
}

void write_input(const InputRecord& input, ordered_json& json) {
  const data::Preparation& preparation = input.preparation;
  if (!input.name.empty()) json["input"] = input.name;
  json["transforms"] = {{"prepare", preparation.transforms.prepare}, {"augment", preparation.transforms.augment}};
  json["scaling"] = {{"mean", preparation.scaling.mean}, {"deviation", preparation.scaling.deviation}};
  json["imputation"] = {{"fill", preparation.imputation.fill}, {"indicators", preparation.imputation.indicators}};
  json["input_shape"] = input.shape;
  json["feature_names"] = input.feature_names;
  if (preparation.table) json["table"] = to_json(*preparation.table);
  if (!input.values.empty()) json["values"] = to_json(input.values);
  if (!input.vocabulary) return;
  json["max_length"] = preparation.max_length;
  json["vocabulary"] = data::to_json(*input.vocabulary);
}

InputRecord read_input(const ordered_json& json, const std::string& where) {
  InputRecord input;
  input.name = json.value("input", std::string());
  if (json.contains("values")) input.values = read_values(json.at("values"));
  read_preparation(json, input.preparation);
  json.at("input_shape").get_to(input.shape);
  if (json.contains("feature_names")) json.at("feature_names").get_to(input.feature_names);
  if (json.contains("vocabulary")) input.vocabulary = data::vocabulary_from_json(json.at("vocabulary"), where);
  return input;
}

// A single input is described by keys of the manifest itself; several inputs have one entry each. An older program, which knows a single
// input, thus does not take the first of several for the only one.
void write_inputs(const std::vector<InputRecord>& inputs, ordered_json& json) {
  if (inputs.size() == 1) return write_input(inputs.front(), json);
  json["inputs"] = ordered_json::array();
  for (const InputRecord& input : inputs) {
    ordered_json entry = ordered_json::object();
    write_input(input, entry);
    json["inputs"].push_back(std::move(entry));
  }
}

std::vector<InputRecord> read_inputs(const ordered_json& json, const std::string& where) {
  if (!json.contains("inputs")) return {read_input(json, where)};
  std::vector<InputRecord> inputs;
  for (const ordered_json& entry : json.at("inputs")) inputs.push_back(read_input(entry, where));
  if (inputs.empty()) throw Error("{}: is not a checkpoint manifest (it has no input).", where);
  return inputs;
}

ordered_json to_json(const SubsetDigest& subset) { return {{"samples", subset.samples}, {"digest", subset.digest}}; }

template <NamedEnum Enum>
Enum read_name(const ordered_json& name) {
  const auto value = value_named<Enum>(name.get<std::string>());
  if (!value) throw Error("{} is not known: a newer version of galen wrote it, or it is damaged.", name.get<std::string>());
  return *value;
}

SubsetDigest read_subset(const ordered_json& json) {
  return {json.at("samples").get<std::int64_t>(), json.at("digest").get<std::string>()};
}

// The fields that a resumed run is compared with.
void read_identity(const ordered_json& json, Manifest& manifest) {
  if (!json.contains("settings")) return;
  json.at("settings").get_to(manifest.settings);
  manifest.content = json.value("content", std::string());
  const ordered_json& split = json.at("split");
  manifest.split = {read_name<data::SplitSource>(split.at("source")), split.at("fractions").get<std::array<double, 3>>(),
                    split.at("seed").get<std::uint64_t>()};
  const ordered_json& subsets = json.at("subsets");
  manifest.subsets = {read_subset(subsets.at("training")), read_subset(subsets.at("validation")), read_subset(subsets.at("test"))};
}

}  // namespace

std::vector<InputRecord> records_of_inputs(const data::Dataset& dataset, const std::vector<data::Preparation>& preparations,
                                           const std::vector<data::ValueStatistics>& values) {
  std::vector<InputRecord> records;
  for (std::size_t i = 0; i < dataset.inputs(); ++i) {
    const data::Dataset& input = dataset.input(i);
    records.push_back({input.input_name(), input.input_shape(), preparations[i], i < values.size() ? values[i] : data::ValueStatistics(),
                       input.feature_names(), input.vocabulary()});
  }
  return records;
}

std::string to_text(const Manifest& manifest) {
  const TrainingState& state = manifest.state;
  ordered_json json = {
      {"format_version", kFormatVersion},
      {"program_version", manifest.program_version},
      {"state",
       {{"epoch", state.epoch},
        {"step", state.step},
        {"samples_consumed", state.samples_consumed},
        {"epoch_loss", state.epoch_loss},
        {"epoch_weight", state.epoch_weight},
        {"best_value", number_or_null(state.best_value)},
        {"best_loss", number_or_null(state.best_loss)},
        {"best_step", state.best_step},
        {"epochs_without_improvement", state.epochs_without_improvement},
        {"pending_evaluation", state.pending_evaluation}}},
      {"seed", manifest.seed},
      {"lanes", manifest.lanes},
      {"world_size", manifest.world_size},
      {"threads", manifest.threads},
      {"evaluation_batch", manifest.evaluation_batch},
      {"device", manifest.device},
      {"arithmetic", manifest.arithmetic},
      {"dataset_digest", manifest.dataset_digest},
      {"outputs", manifest.outputs},
      {"task", {{"name", galen::name_of(manifest.task.kind)}, {"class_weights", manifest.task.class_weights}, {"names", manifest.names}}},
      {"record", manifest.record},
      {"settings", manifest.settings},
      {"content", manifest.content},
      {"split",
       {{"source", galen::name_of(manifest.split.source)}, {"fractions", manifest.split.fractions}, {"seed", manifest.split.seed}}},
      {"subsets",
       {{"training", to_json(manifest.subsets.training)},
        {"validation", to_json(manifest.subsets.validation)},
        {"test", to_json(manifest.subsets.test)}}},
      {"digests", manifest.digests},
  };
  if (const OwnTask& own = manifest.task.own; !own.name.empty()) {
    json["task"]["own"] = {{"name", own.name}, {"fitted", manifest.task.fitted}};
  }
  if (const TargetScale& scale = manifest.task.target_scale; !scale.empty()) {
    json["task"]["target_scale"] = {{"mean", scale.mean}, {"deviation", scale.deviation}};
  }
  write_inputs(manifest.inputs, json);
  if (!manifest.module.empty()) json["module"] = manifest.module;
  return json.dump(2) + "\n";
}

Manifest parse_manifest(const std::string& text, const std::string& where) try {
  const ordered_json json = ordered_json::parse(text);
  format_version(json, where);
  const ordered_json& state = json.at("state");
  Manifest manifest;
  json.at("program_version").get_to(manifest.program_version);
  state.at("epoch").get_to(manifest.state.epoch);
  state.at("step").get_to(manifest.state.step);
  state.at("samples_consumed").get_to(manifest.state.samples_consumed);
  state.at("epoch_loss").get_to(manifest.state.epoch_loss);
  state.at("epoch_weight").get_to(manifest.state.epoch_weight);
  manifest.state.best_value = number_or_nan(state.at("best_value"));
  manifest.state.best_loss = number_or_nan(state.value("best_loss", ordered_json(nullptr)));  // missing in older ones
  state.at("best_step").get_to(manifest.state.best_step);
  state.at("epochs_without_improvement").get_to(manifest.state.epochs_without_improvement);
  manifest.state.pending_evaluation =
      state.value("pending_evaluation", std::int64_t{0});  // missing in checkpoints older than the coordinator's process
  json.at("seed").get_to(manifest.seed);
  json.at("lanes").get_to(manifest.lanes);
  json.at("world_size").get_to(manifest.world_size);
  json.at("threads").get_to(manifest.threads);
  manifest.evaluation_batch = json.value("evaluation_batch", manifest.evaluation_batch);
  json.at("device").get_to(manifest.device);
  manifest.arithmetic = json.value("arithmetic", std::string());
  json.at("dataset_digest").get_to(manifest.dataset_digest);
  manifest.inputs = read_inputs(json, where);
  json.at("outputs").get_to(manifest.outputs);
  const ordered_json& task = json.at("task");
  manifest.task.kind = read_name<data::TaskKind>(task.at("name"));
  task.at("class_weights").get_to(manifest.task.class_weights);
  task.at("names").get_to(manifest.names);
  manifest.task.target_scale = read_target_scale(task);
  read_own_task(task, manifest.task);
  manifest.task.standardize_target = !manifest.task.target_scale.empty();
  manifest.module = json.value("module", std::string());
  json.at("record").get_to(manifest.record);
  read_identity(json, manifest);
  json.at("digests").get_to(manifest.digests);
  return manifest;
} catch (const ordered_json::exception& error) {
  throw Error("{}: is not a checkpoint manifest ({}).", where, error.what());
}

}  // namespace galen::trainer
