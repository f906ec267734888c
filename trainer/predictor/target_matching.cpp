#include "trainer/predictor/target_matching.h"

#include "data/files/class_mapping.h"
#include "data/files/class_names.h"
#include "galen/error.h"

#include <ATen/core/TensorAccessor.h>
#include <ATen/ops/gt.h>

#include <algorithm>

namespace galen::trainer {

namespace {

using data::ClassMapping;
using data::TargetKind;
using data::TaskKind;

constexpr char kLabelsAway[] = "galen predict needs no labels: --data.target ''";

bool fits(TaskKind task, TargetKind kind) {
  if (task == TaskKind::kRegression) return kind == TargetKind::kValue || kind == TargetKind::kClass;
  return kind == (task == TaskKind::kMultilabel ? TargetKind::kMultiLabel : TargetKind::kClass);
}

const char* plural(TargetKind kind) {
  return kind == TargetKind::kClass ? "classes" : kind == TargetKind::kMultiLabel ? "labels" : "values";
}

std::string quoted(const std::vector<std::string>& names) {
  std::vector<std::string> each;
  for (const std::string& name : names) each.push_back(fmt::format("'{}'", name));
  return fmt::format("{}", fmt::join(each, ", "));
}

// Whether some sample is of a class, or is known to have a label; true for values.
bool occurs(const data::Dataset& dataset, std::size_t number) {
  const at::Tensor& targets = dataset.targets();
  const auto place = static_cast<std::int64_t>(number);
  if (dataset.target_kind() == TargetKind::kClass) {
    const auto* begin = targets.const_data_ptr<std::int64_t>();
    return std::find(begin, begin + targets.numel(), place) != begin + targets.numel();
  }
  return dataset.target_kind() == TargetKind::kValue || targets.select(1, place).gt(0).any().item<bool>();
}

[[noreturn]] void refuse(const ClassMapping& mapping, const data::Dataset& dataset, const std::string& checkpoint,
                         const std::vector<std::string>& names, const char* what) {
  throw Error(
      "{}: the model of {} {} {}. The file's {}: {}; the model's: {}. Correct attribute class_names of {} (galen import: --class-names), "
      "or "
      "remove those that the model does not have; {}.",
      dataset.file(), checkpoint, what, quoted(names), plural(dataset.target_kind()), quoted(mapping.from), quoted(mapping.to),
      dataset.target_name(), kLabelsAway);
}

// Values need not have names.
std::vector<std::string> names_of(const data::Dataset& dataset) {
  return dataset.class_names().empty() ? data::numbered_names(dataset.targets().size(1)) : dataset.class_names();
}

// Names unknown to the model are ignored if no sample has them.
std::vector<std::string> check_known(const ClassMapping& mapping, const data::Dataset& dataset, const std::string& checkpoint) {
  std::vector<std::string> unknown, empty;
  for (std::size_t i = 0; i < mapping.from.size(); ++i) {
    if (mapping.number[i] != ClassMapping::kUnknown) continue;
    (occurs(dataset, i) ? unknown : empty).push_back(mapping.from[i]);
  }
  if (!unknown.empty()) refuse(mapping, dataset, checkpoint, unknown, "does not know");
  return empty;
}

std::vector<std::string> notes_on(const ClassMapping& mapping, const Manifest& manifest, const data::Dataset& dataset,
                                  const std::vector<std::string>& empty) {
  const char* what = plural(dataset.target_kind());
  std::vector<std::string> notes;
  const auto add = [&](std::string note) { notes.push_back(fmt::format("{}: {}", dataset.file(), std::move(note))); };
  const bool unnamed = data::are_numbered(mapping.from) || data::are_numbered(mapping.to);
  const bool is_training_data = dataset.digest() == manifest.dataset_digest;
  if (unnamed && !is_training_data && (mapping.from.size() > 1 || mapping.to.size() > 1)) {
    add(fmt::format("its {} are matched with the model's by number, as the {} names: {} with {}.", what,
                    data::are_numbered(mapping.from) ? "file has no" : "model's have no", quoted(mapping.from), quoted(mapping.to)));
  }
  if (!mapping.differently.empty()) add(fmt::format("{} are named as in the model: {}.", what, fmt::join(mapping.differently, ", ")));
  if (!empty.empty()) add(fmt::format("{} {} are not among the model's; no sample has them.", what, quoted(empty)));
  if (const auto missing = mapping.missing(); !missing.empty()) add(fmt::format("holds no {}, which the model knows.", quoted(missing)));
  return notes;
}

}  // namespace

std::vector<std::string> match_targets(const Manifest& manifest, data::Dataset& dataset, const std::string& checkpoint) {
  const TargetKind kind = dataset.target_kind();
  if (kind == TargetKind::kNone) return {};
  if (!fits(manifest.task.kind, kind)) {
    throw Error("{}: {} has {}, but the model of {} learnt {}. Name other targets with data.target; {}.", dataset.file(),
                dataset.target_name(), kind == TargetKind::kMask ? "masks" : plural(kind), checkpoint, galen::name_of(manifest.task.kind),
                kLabelsAway);
  }
  if (manifest.task.kind == TaskKind::kRegression && kind == TargetKind::kClass) {  // class numbers, learnt as values
    if (manifest.names.size() == 1) return {};
    throw Error("{}: {} has one value for each sample, but the model of {} has {}: {}.", dataset.file(), dataset.target_name(), checkpoint,
                manifest.names.size(), quoted(manifest.names));
  }
  const ClassMapping mapping = data::map_classes(names_of(dataset), manifest.names);
  const std::vector<std::string> empty = check_known(mapping, dataset, checkpoint);
  const std::vector<std::string> missing = mapping.missing();
  if (kind != TargetKind::kClass && !missing.empty()) refuse(mapping, dataset, checkpoint, missing, "needs the labels or values");
  const std::vector<std::string> notes = notes_on(mapping, manifest, dataset, empty);
  if (!mapping.is_identity() || mapping.from != mapping.to) dataset.renumber_targets(mapping);
  return notes;
}

}  // namespace galen::trainer
