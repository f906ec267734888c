#pragma once

#include "data/sampling/split.h"

#include <ATen/core/Tensor.h>

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace galen::data {

/// How many samples of a class (or with a label) each subset holds: train, validation, test.
struct ClassCount {
  std::string name;
  std::array<std::int64_t, 3> samples = {};
};

/// `targets`: [N] i64 classes or [N, K] f32 labels of 0, 1 and NaN, which is not known; `names`: one for each class or label; `split`: one
/// entry a sample.
std::vector<ClassCount> count_classes(const at::Tensor& targets, std::span<const std::string> names, std::span<const Subset> split);

/// Of [N, K] labels, how many each subset holds that are not known: of those labels that have any, named "LABEL, not known".
std::vector<ClassCount> count_unknown(const at::Tensor& targets, std::span<const std::string> names, std::span<const Subset> split);

std::array<std::int64_t, 3> count_subsets(std::span<const Subset> split);

/// A table of text: a line that names the subsets, a line for each class, a line for each of `totals` (which have names too).
std::string describe(std::span<const ClassCount> classes, const std::vector<ClassCount>& totals);

}  // namespace galen::data
