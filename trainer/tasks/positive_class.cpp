#include "trainer/tasks/positive_class.h"

#include "data/files/class_mapping.h"
#include "data/files/class_names.h"
#include "galen/error.h"

namespace galen::trainer {

void put_positive_last(const TaskOptions& options, data::Dataset& dataset) {
  if (options.positive.empty()) return;
  const std::vector<std::string>& names = dataset.class_names();
  const bool two_classes = dataset.target_kind() == data::TargetKind::kClass && names.size() == 2;
  if (!two_classes || (options.kind != data::TaskKind::kAuto && options.kind != data::TaskKind::kBinary)) {
    throw UsageError("task.positive = {} is for two exclusive classes, but {}. Remove the key.", options.positive,
                     two_classes     ? fmt::format("task.name = {}", galen::name_of(options.kind))
                     : names.empty() ? fmt::format("{} of {} holds none", dataset.target_name(), dataset.file())
                                     : fmt::format("{} of {} holds {}", dataset.target_name(), dataset.file(), fmt::join(names, ", ")));
  }
  const data::ClassMapping found = data::map_classes({options.positive}, names);
  const std::int64_t place = found.number.front();
  if (found.by_number || place == data::ClassMapping::kUnknown) {
    throw UsageError("task.positive = {}: the classes of {} are {}. Name one of them.", options.positive, dataset.file(),
                     fmt::join(names, ", "));
  }
  if (place == 0) dataset.renumber_targets(data::map_classes(names, {names[1], names[0]}));
}

std::string positive_note(const TaskOptions& options, const data::Dataset& dataset) {
  const auto [outputs, exclusive] = task_shape(options, dataset);
  if (!options.positive.empty() || outputs != 1 || !exclusive) return {};
  const std::vector<std::string>& names = dataset.class_names();
  if (!data::names_absence(names.back()) || data::names_absence(names.front())) return {};
  return fmt::format(
      "the second class, '{}', counts as positive: sensitivity is that of '{}', and outputs are its probability. If '{}' is to be found, "
      "begin another run with task.positive = {}.",
      names.back(), names.back(), names.front(), names.front());
}

}  // namespace galen::trainer
