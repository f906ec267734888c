#include "data/formats/subset_of_samples.h"

#include <ATen/ops/from_blob.h>

#include <utility>

namespace galen::data {
namespace {

template <typename Value>
void keep(std::vector<Value>& values, std::span<const std::int64_t> kept) {
  if (values.empty()) return;
  std::vector<Value> left;
  left.reserve(kept.size());
  for (const std::int64_t i : kept) left.push_back(std::move(values.at(static_cast<std::size_t>(i))));
  values = std::move(left);
}

}  // namespace

void keep_samples(Source& source, std::span<const std::int64_t> kept) {
  const auto size = static_cast<std::int64_t>(kept.size());
  if (size == source.description.size) return;
  keep(source.group_ids, kept);
  keep(source.sample_ids, kept);
  keep(source.split, kept);
  keep(source.study_dates, kept);
  const at::Tensor rows = at::from_blob(const_cast<std::int64_t*>(kept.data()), {size}, at::kLong);
  for (at::Tensor* values : {&source.targets, &source.spacing}) {
    if (values->defined()) *values = values->index_select(0, rows);
  }
  source.description.size = size;

  std::vector<std::int64_t> numbers(kept.begin(), kept.end());
  source.item_name = [all = std::move(source.item_name), numbers](std::int64_t i) { return all(numbers.at(static_cast<std::size_t>(i))); };
  source.read_sample = [all = std::move(source.read_sample), numbers](std::int64_t i, SourceSample& into) {
    all(numbers.at(static_cast<std::size_t>(i)), into);
  };
}

}  // namespace galen::data
