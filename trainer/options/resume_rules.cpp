#include "trainer/options/resume_rules.h"

#include "galen/option.h"
#include "trainer/lanes/lane_count.h"
#include "trainer/options/run_options.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <type_traits>

namespace galen::trainer {

namespace {

using enum OnResume;
using enum RunPart;
using Options = ExperimentOptions;

template <typename Value>
std::string text(const Value& value) {
  if constexpr (std::is_same_v<Value, bool>) {
    return value ? "true" : "false";
  } else if constexpr (std::is_same_v<Value, std::string> || std::is_arithmetic_v<Value>) {
    return fmt::format("{}", value);
  } else {
    return fmt::format("{}", fmt::join(value, ","));
  }
}

const std::vector<ResumeRule> kWritten = {
    // A new option of a run needs a row: whether a run that goes on may have another value, and why.
    {"device", kLastBits, kNone, "it computes the same on another device", [](const Options& o) { return text(o.device); }},
    {"run.folder", kMayChange, kNone, "a run's folder may be moved", [](const Options& o) { return text(o.folder); }},
    {"run.seed", kFixed, kNone, "weights, order and dropout are drawn from it", [](const Options& o) { return text(o.seed); }},
    {"comm.deadline", kMayChange, kNone, "it is how long to wait", [](const Options& o) { return text(o.deadline); }},
    {"comm.compression", kFixed, kNone, "it changes what is summed, and what is carried over to the next step",
     [](const Options& o) { return text(o.comm.compression); }},
    {"comm.powersgd_rank", kFixed, kNone, "it changes what is summed", [](const Options& o) { return text(o.comm.powersgd_rank); }},
    {"comm.order", kLastBits, kNone, "it orders additions", [](const Options& o) { return text(o.comm.order); }},
    {"comm.first_bucket", kLastBits, kNone, "it parts messages, and with compression what is compressed together",
     [](const Options& o) { return text(o.comm.buckets.first_mib); }},
    {"comm.bucket", kLastBits, kNone, "it parts messages, and with compression what is compressed together",
     [](const Options& o) { return text(o.comm.buckets.mib); }},
    {"data.file", kDerived, kData, "the same data may lie elsewhere", [](const Options& o) { return text(o.dataset.file); }},
    {"data.input", kDerived, kData, "another data set", [](const Options& o) { return text(o.dataset.input); }},
    {"data.target", kDerived, kData, "another data set", [](const Options& o) { return text(o.dataset.target); }},
    {"data.layout", kDerived, kData, "another data set", [](const Options& o) { return text(o.dataset.layout); }},
    {"data.patient", kDerived, kData, "another data set", [](const Options& o) { return text(o.dataset.patient); }},
    {"data.sample_id", kDerived, kData, "another data set", [](const Options& o) { return text(o.dataset.sample_id); }},
    {"data.external", kMayChange, kNone, "what is read is compared, wherever it lies",
     [](const Options& o) { return std::string(o.dataset.external == data::hdf5::External::kAllow ? "allow" : "refuse"); }},
    {"data.verify", kMayChange, kNone, "it compares, and changes nothing", [](const Options& o) { return text(o.dataset.verify); }},
    {"data.split", kDerived, kSplit, "samples would change the side of the split that they are on",
     [](const Options& o) { return text(o.dataset.split); }},
    {"data.split_source", kDerived, kSplit, "samples would change the side of the split that they are on",
     [](const Options& o) { return text(o.split.source); }},
    {"data.fractions", kDerived, kSplit, "samples would change the side of the split that they are on",
     [](const Options& o) { return text(o.split.fractions); }},
    {"data.split_seed", kDerived, kSplit, "samples would change the side of the split that they are on",
     [](const Options& o) { return text(o.split.seed); }},
    {"data.scaling", kDerived, kPreparation, "samples would be prepared otherwise",
     [](const Options& o) { return text(o.preparation.scaling); }},
    {"data.max_length", kDerived, kPreparation, "samples would be prepared otherwise",
     [](const Options& o) { return text(o.preparation.max_length); }},
    {"data.prepare", kDerived, kPreparation, "samples would be prepared otherwise",
     [](const Options& o) { return text(o.preparation.transforms.prepare); }},
    {"data.augment", kDerived, kPreparation, "samples would be prepared otherwise",
     [](const Options& o) { return text(o.preparation.transforms.augment); }},
    {"data.impute", kDerived, kPreparation, "samples would be prepared otherwise",
     [](const Options& o) { return text(o.preparation.impute); }},
    {"data.missing_indicator", kDerived, kPreparation, "samples would be prepared otherwise",
     [](const Options& o) { return text(o.preparation.missing_indicator); }},
    {"data.order", kFixed, kNone, "samples would be repeated or left out", [](const Options& o) { return text(o.loading.order); }},
    {"data.length_window", kFixed, kNone, "samples would be repeated or left out",
     [](const Options& o) { return text(o.loading.length_window); }},
    {"data.memory", kMayChange, kNone, "it holds what is read", [](const Options& o) { return text(o.loading.memory); }},
    {"data.threads", kMayChange, kNone, "batches are the same with any number", [](const Options& o) { return text(o.loading.threads); }},
    {"task.name", kDerived, kTask, "something else would be learnt", [](const Options& o) { return text(o.task.name); }},
    {"task.class_weights", kDerived, kTask, "something else would be learnt", [](const Options& o) { return text(o.task.class_weights); }},
    {"task.standardize_target", kFixed, kNone, "it learns targets in other units",
     [](const Options& o) { return text(o.task.standardize_target); }},
    {"task.positive", kDerived, kTask, "something else would be learnt", [](const Options& o) { return text(o.task.positive); }},
    {"model.name", kFixed, kNone, "its checkpoints would not fit", [](const Options& o) { return text(o.model.name); }},
    {"model.initialization", kFixed, kNone, "its weights have been drawn", [](const Options& o) { return text(o.model.initialization); }},
    {"model.output", kFixed, kNone, "its outputs would be taken for something else", [](const Options& o) { return text(o.model.output); }},
    {"model.memory_format", kLastBits, kNone, "it orders additions", [](const Options& o) { return text(o.model.memory_format); }},
    {"model.dropout", kFixed, kNone, "it would learn otherwise from here on", [](const Options& o) { return text(o.model.dropout); }},
    {"model.batch_norm", kFixed, kNone, "its checkpoints would not fit", [](const Options& o) { return text(o.model.batch_norm); }},
    {"model.hidden", kFixed, kNone, "its checkpoints would not fit", [](const Options& o) { return text(o.model.hidden); }},
    {"model.filters", kFixed, kNone, "its checkpoints would not fit", [](const Options& o) { return text(o.model.filters); }},
    {"optimizer.name", kFixed, kNone, "its checkpoints would not fit", [](const Options& o) { return text(o.optimizer.name); }},
    {"optimizer.learning_rate", kFixed, kNone, "it would learn otherwise from here on",
     [](const Options& o) { return text(o.optimizer.learning_rate); }},
    {"optimizer.momentum", kFixed, kNone, "it would learn otherwise from here on",
     [](const Options& o) { return text(o.optimizer.momentum); }},
    {"optimizer.nesterov", kFixed, kNone, "it would learn otherwise from here on",
     [](const Options& o) { return text(o.optimizer.nesterov); }},
    {"optimizer.beta1", kFixed, kNone, "it would learn otherwise from here on", [](const Options& o) { return text(o.optimizer.beta1); }},
    {"optimizer.beta2", kFixed, kNone, "it would learn otherwise from here on", [](const Options& o) { return text(o.optimizer.beta2); }},
    {"optimizer.epsilon", kFixed, kNone, "it would learn otherwise from here on",
     [](const Options& o) { return text(o.optimizer.epsilon); }},
    {"optimizer.weight_decay", kFixed, kNone, "it would learn otherwise from here on",
     [](const Options& o) { return text(o.optimizer.weight_decay); }},
    {"optimizer.decay_all", kFixed, kNone, "it would learn otherwise from here on",
     [](const Options& o) { return text(o.optimizer.decay_all); }},
    {"optimizer.clip_norm", kFixed, kNone, "it would learn otherwise from here on",
     [](const Options& o) { return text(o.optimizer.clip_norm); }},
    {"trainer.batch", kFixed, kNone, "it would learn otherwise from here on", [](const Options& o) { return text(o.trainer.batch); }},
    {"trainer.epochs", kMayChange, kNone, "it is how long to train; the cosine's course is stretched to it",
     [](const Options& o) { return text(o.trainer.epochs); }},
    {"trainer.max_steps", kMayChange, kNone, "it is how long to train", [](const Options& o) { return text(o.trainer.max_steps); }},
    {"trainer.max_minutes", kMayChange, kNone, "it is how long to train", [](const Options& o) { return text(o.trainer.max_minutes); }},
    {"trainer.lanes", kDerived, kLanes, "the run keeps its number; another is refused where it is chosen",
     [](const Options& o) { return lanes_text(o.trainer.lanes); }},
    {"trainer.threads", kLastBits, kNone, "it orders additions", [](const Options& o) { return text(o.trainer.threads); }},
    {"trainer.on_nonfinite", kMayChange, kNone, "until a step is not finite both do the same",
     [](const Options& o) { return text(o.trainer.on_nonfinite); }},
    {"trainer.profile", kMayChange, kNone, "it is a log", [](const Options& o) { return text(o.trainer.profile); }},
    {"coordinator.placement", kMayChange, kNone, "it says which process writes",
     [](const Options& o) { return text(o.coordinator.placement); }},
    {"checkpoint.every_steps", kMayChange, kNone, "it is when to write", [](const Options& o) { return text(o.coordinator.every_steps); }},
    {"checkpoint.every_minutes", kMayChange, kNone, "it is when to write",
     [](const Options& o) { return text(o.coordinator.every_minutes); }},
    {"checkpoint.every_epochs", kMayChange, kNone, "it is when to write",
     [](const Options& o) { return text(o.coordinator.every_epochs); }},
    {"checkpoint.keep_last", kMayChange, kNone, "it is what to keep", [](const Options& o) { return text(o.coordinator.store.keep_last); }},
    {"checkpoint.keep_best", kMayChange, kNone, "it is what to keep", [](const Options& o) { return text(o.coordinator.store.keep_best); }},
    {"checkpoint.key_file", kMayChange, kNone, "the key may lie elsewhere; without it nothing is read",
     [](const Options& o) { return text(o.coordinator.store.key_file); }},
    {"checkpoint.shard_size", kMayChange, kNone, "it says which process writes",
     [](const Options& o) { return text(o.coordinator.store.shard_mib); }},
    {"checkpoint.on_failure", kMayChange, kNone, "it is what a full disk does",
     [](const Options& o) { return text(o.coordinator.on_failure); }},
    {"checkpoint.metric", kFixed, kNone, "the best value so far is of the other metric",
     [](const Options& o) { return text(o.coordinator.best_metric); }},
    {"early_stopping.patience", kMayChange, kNone, "it is how long to train",
     [](const Options& o) { return text(o.coordinator.early_stopping_patience); }},
    {"evaluation.resamples", kMayChange, kNone, "it is of the report", [](const Options& o) { return text(o.intervals.resamples); }},
    {"evaluation.batch", kLastBits, kNone, "it parts validation into forward passes",
     [](const Options& o) { return text(o.evaluation_batch); }},
    {"evaluation.shares", kMayChange, kNone, "it is of the report", [](const Options& o) { return text(o.intervals.shares); }},
    {"evaluation.seed", kMayChange, kNone, "it is of the report", [](const Options& o) { return text(o.intervals.seed); }},
};

}  // namespace

const std::vector<ResumeRule>& resume_rules() {
  static const std::vector<ResumeRule> kRules = [] {
    std::vector<ResumeRule> rules = kWritten;
    ExperimentOptions experiment;
    for (const Option& option : run_options(experiment))
      rules.push_back({option.key, option.rule.on_resume, option.rule.part, option.rule.why, nullptr});
    return rules;
  }();
  return kRules;
}

std::map<std::string, std::string> settings_of(const ExperimentOptions& options) {
  std::map<std::string, std::string> settings;
  for (const ResumeRule& rule : kWritten) settings[rule.key] = rule.value(options);
  ExperimentOptions copy = options;
  for (const Option& option : run_options(copy)) settings[option.key] = option.get();
  return settings;
}

}  // namespace galen::trainer
