#include "trainer/resume/same_run.h"

#include "galen/error.h"
#include "models/model_options.h"
#include "trainer/options/run_options.h"
#include "trainer/resume/earlier_split.h"
#include "trainer/samples/prepared_data.h"
#include "trainer/tasks/class_weights.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace galen::trainer {

namespace {

constexpr char kLeave[] = "Restore the key's value, or start another run in another run.folder.";
constexpr char kRestore[] = "Restore the file, or start another run in another run.folder.";

std::string quoted(const std::string& value) { return value.empty() ? "no value" : value; }

// Whether two values have the same meaning: the run has its own copy of a TorchScript module.
bool is_same(const Option& option, const std::string& before, const std::string& after) {
  if (before == after) return true;
  return option.key == "model.name" && models::names_script(before) && models::names_script(after);
}

// Calls visit(option, value before, value after) for each changed option; an option unknown to the saved run is unchanged.
template <typename Visit>
void for_each_change(const Manifest& saved, const std::map<std::string, std::string>& now, Visit visit) {
  ExperimentOptions unused;
  for (const Option& option : run_options(unused)) {
    const auto before = saved.settings.find(option.key);
    const auto after = now.find(option.key);
    if (before == saved.settings.end() || after == now.end() || is_same(option, before->second, after->second)) continue;
    visit(option, before->second, after->second);
  }
}

std::string change(const Option& option, const std::string& before, const std::string& after) {
  return fmt::format("{} = {}, but the run to be resumed has {}", option.key, quoted(after), quoted(before));
}

// A result of the options of `part` differs: names the first changed option, or the data if no option has changed.
[[noreturn]] void refuse(RunPart part, const Manifest& saved, const Manifest& now, const std::string& what) {
  for_each_change(saved, now.settings, [&](const Option& option, const std::string& before, const std::string& after) {
    if (option.rule.part == part) throw UsageError("{}: {}. {}", change(option, before, after), what, kLeave);
  });
  const auto file = now.settings.find("data.file");
  throw UsageError("data.file = {}: {}. No option has changed, so the file has. {}", file == now.settings.end() ? "" : file->second, what,
                   kRestore);
}

void check_names(const Manifest& saved, const Manifest& now) {
  if (saved.task.kind != now.task.kind) {
    refuse(RunPart::kTask, saved, now,
           fmt::format("it would be {} instead of {}", galen::name_of(now.task.kind), galen::name_of(saved.task.kind)));
  }
  if (saved.names == now.names) return;
  throw UsageError(
      "the run to be resumed has other classes, labels or values, or another order of them: {}; with this data.file and task.positive they "
      "are {}. "
      "Restore both, or start another run in another run.folder.",
      fmt::join(saved.names, ", "), fmt::join(now.names, ", "));
}

void check_data(const Manifest& saved, const Manifest& now) {
  if (saved.inputs.size() != now.inputs.size()) {
    refuse(RunPart::kData, saved, now, fmt::format("it would have {} inputs instead of {}", now.inputs.size(), saved.inputs.size()));
  }
  if (saved.dataset_digest != now.dataset_digest) {
    refuse(RunPart::kData, saved, now, "it is not the data set with which the run was trained (their digests differ)");
  }
  if (!saved.content.empty() && saved.content != now.content) {
    refuse(RunPart::kData, saved, now, "some of its samples have other values than those with which the run was trained");
  }
}

// With another split, training samples would be used as test samples.
void check_split(const Manifest& saved, const Manifest& now, const PreparedData& data) {
  if (saved.subsets == now.subsets) return;
  std::string leaked = leak(saved, *data.dataset, data.test, "test").value_or("");
  if (leaked.empty()) leaked = leak(saved, *data.dataset, data.validation, "validation").value_or("");
  refuse(RunPart::kSplit, saved, now,
         "samples would change to another side of the split" + (leaked.empty() ? "" : fmt::format(" ({})", leaked)));
}

// Fitted on another processor, they may differ by rounding.
template <typename Number>
bool are_close(const std::vector<Number>& a, const std::vector<Number>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](double x, double y) {
    return x == y || (std::isnan(x) && std::isnan(y)) || std::abs(x - y) <= 1e-6 * std::max(std::abs(x), std::abs(y));
  });
}

// Blanks are ignored.
bool are_same_transforms(std::string a, std::string b) {
  std::erase(a, ' ');
  std::erase(b, ' ');
  return a == b;
}

std::vector<double> weights(const Manifest& manifest) {
  if (manifest.task.kind == data::TaskKind::kRegression) return {};
  std::vector<double> all = parse_class_weights(manifest.task.class_weights, manifest.names);
  if (all.empty()) all.assign(manifest.names.size(), 1);
  return all;
}

std::string learnt(const Manifest& manifest) {
  const std::string& own = manifest.task.own.name;
  return own.empty() ? fmt::format("{}, one of galen's tasks", galen::name_of(manifest.task.kind))
                     : fmt::format("the program's own task '{}'", own);
}

void check_task(const Manifest& saved, const Manifest& now) {
  if (saved.task.own.name != now.task.own.name) {
    throw UsageError(
        "the run to be resumed learns {}, and now it would learn {}. Pass the same, or begin another run in another run.folder.",
        learnt(saved), learnt(now));
  }
  const auto check = [&](bool same, const std::string& what) {
    if (!same) refuse(RunPart::kTask, saved, now, what);
  };
  check(are_close(weights(saved), weights(now)), "classes would have other weights in the loss");
  check(saved.outputs == now.outputs, fmt::format("the model would have {} outputs instead of {}", now.outputs, saved.outputs));
  const TargetScale &before = saved.task.target_scale, &after = now.task.target_scale;
  check(are_close(before.mean, after.mean) && are_close(before.deviation, after.deviation), "targets would be scaled differently");
}

}  // namespace

void check_same_settings(const Manifest& saved, const std::map<std::string, std::string>& settings) {
  if (saved.settings.empty()) {
    throw UsageError(
        "the run to be resumed was started by an older galen ({}), whose checkpoints do not record the training samples. They can "
        "be "
        "evaluated, but not resumed: start another run in another run.folder.",
        saved.program_version);
  }
  for_each_change(saved, settings, [](const Option& option, const std::string& before, const std::string& after) {
    if (option.rule.on_resume == OnResume::kFixed) throw UsageError("{}: {}. {}", change(option, before, after), option.rule.why, kLeave);
  });
}

void check_same_data(const Manifest& saved, const Manifest& now, const PreparedData& data) {
  check_data(saved, now);
  check_names(saved, now);
  check_split(saved, now, data);
  check_task(saved, now);
}

void check_same_preparation(const Manifest& saved, const Manifest& now) {
  const auto check = [&](bool same, const char* what) {
    if (!same) refuse(RunPart::kPreparation, saved, now, what);
  };
  for (std::size_t i = 0; i < now.inputs.size(); ++i) {  // their number is equal, by check_same_data()
    const auto& [transforms, imputation, scaling, max_length, table] = now.inputs[i].preparation;
    const data::Preparation& before = saved.inputs[i].preparation;
    check(are_same_transforms(transforms.prepare, before.transforms.prepare), "samples would be transformed differently");
    check(are_same_transforms(transforms.augment, before.transforms.augment), "samples would be augmented differently");
    check(max_length == before.max_length, "texts would be truncated at another length");
    check(are_close(imputation.fill, before.imputation.fill), "missing values would be imputed differently");
    check(imputation.indicators == before.imputation.indicators, "other features would have an indicator of missing values");
    check(are_close(scaling.mean, before.scaling.mean) && are_close(scaling.deviation, before.scaling.deviation),
          "samples would be scaled differently");
    check(table.has_value() == before.table.has_value(), "samples would be prepared in another precision");
    if (!table) continue;
    check(are_close(table->fill, before.table->fill), "missing values would be imputed differently");
    check(table->indicators == before.table->indicators, "other features would have an indicator of missing values");
    check(are_close(table->mean, before.table->mean) && are_close(table->deviation, before.table->deviation),
          "samples would be scaled differently");
  }
}

void tell_changes(const Manifest& saved, const Manifest& now, Progress& progress) {
  for_each_change(saved, now.settings, [&](const Option& option, const std::string& before, const std::string& after) {
    if (option.rule.part == RunPart::kLanes) return;  // the run keeps its number
    const char* bits = option.rule.on_resume == OnResume::kLastBits ? " Results may differ in their last bits." : "";
    progress.say(fmt::format("note: resumed with {} = {}; it was {}.{}", option.key, quoted(after), quoted(before), bits));
  });
  const auto tell = [&](const char* key, const std::string& before, const std::string& after) {
    if (before == after || saved.settings.at(key) != now.settings.at(key)) return;  // else it is reported already
    progress.say(fmt::format("note: resumed with {} = {} instead of {}: results may differ in their last bits.", key, after, before));
  };
  tell("trainer.threads", std::to_string(saved.threads), std::to_string(now.threads));
  tell("device", saved.device, now.device);
  if (!saved.arithmetic.empty() && saved.arithmetic != now.arithmetic) {
    progress.say(fmt::format("note: resumed with {}; it was {}: results may differ in their last bits.", now.arithmetic, saved.arithmetic));
  }
  if (saved.program_version != now.program_version) {
    progress.say(fmt::format("note: started by galen {}, resumed by {}.", saved.program_version, now.program_version));
  }
}

}  // namespace galen::trainer
