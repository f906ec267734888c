#include "tests/trainer/evaluation/small_dataset.h"

#include "data/files/dataset_writer.h"

#include <ATen/ops/arange.h>

namespace galen::test {

std::shared_ptr<const data::Dataset> small_dataset(const std::string& file, const std::string& task,
                                                   const std::vector<std::string>& class_names, std::int64_t features,
                                                   const at::Tensor& targets, const std::vector<std::string>& groups) {
  data::DatasetDescription description;
  description.input = "tabular";
  description.sample_shape = {features};
  description.type = at::kFloat;
  description.size = targets.size(0);
  description.task = task;
  description.class_names = class_names;
  data::DatasetWriter writer(file, description);
  writer.append(at::arange(description.size * features, at::kDouble).mul(0.7).sin().to(at::kFloat).reshape({description.size, features}));
  writer.set_targets(targets);
  if (!groups.empty()) writer.set_groups(groups);
  writer.finish();
  return std::make_shared<data::Dataset>(data::DatasetOptions{.file = file});
}

}  // namespace galen::test
