#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace galen::trainer {

/// Reads "1, 4" as one weight for each of `names`; empty text gives none. Throws galen::UsageError for another number of weights, or one
/// that is not a positive number.
std::vector<double> parse_class_weights(const std::string& text, const std::vector<std::string>& names);

/// Writes weights so that parse_class_weights() reads the same numbers.
std::string format_class_weights(std::span<const double> weights);

/// N / (classes · N of the class) over `targets` [n] i64, as scikit-learn's "balanced". Throws galen::Error for a class without samples.
std::vector<double> balanced_class_weights(const at::Tensor& targets, const std::vector<std::string>& names);

/// Negatives / positives of each label over `targets` [n, K] f32 of 0, 1 and NaN, which is ignored. Throws galen::Error for a label without
/// positives.
std::vector<double> balanced_label_weights(const at::Tensor& targets, const std::vector<std::string>& names);

/// The weights as f32 [n]; undefined if there are none.
at::Tensor weight_tensor(std::span<const double> weights);

}  // namespace galen::trainer
