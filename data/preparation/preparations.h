#pragma once

#include "data/files/dataset.h"
#include "data/preparation/preparation.h"
#include "data/preparation/value_statistics.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace galen::data {

/// What the options say of input number `input`. With one input all is said of it. With several, each option goes to the inputs that it is
/// for: data.prepare and data.augment to images and volumes (to signals where there are none of those), data.impute and
/// data.missing_indicator to tables, data.max_length to texts, data.scaling to numbers. An option that is for none of the inputs throws
/// galen::UsageError.
PreparationOptions options_of(const PreparationOptions& options, const Dataset& dataset, std::size_t input);

/// Those of `samples` that have this input. None in a training split that has samples throws galen::Error.
std::vector<std::int64_t> having(const Dataset& input, std::span<const std::int64_t> samples);

/// As outline_preparation(), fit_preparation() and make_preparation(), for each input, from the samples that have it.
std::vector<Preparation> outline_preparations(const PreparationOptions& options, const Dataset& dataset,
                                              std::span<const std::int64_t> training);
void fit_preparations(const PreparationOptions& options, const Dataset& dataset, std::span<const std::int64_t> training,
                      std::vector<Preparation>& preparations);
std::vector<Preparation> make_preparations(const PreparationOptions& options, const Dataset& dataset,
                                           std::span<const std::int64_t> training);

/// sampled_statistics() of each input.
std::vector<ValueStatistics> statistics_of_inputs(const Dataset& dataset, std::span<const std::int64_t> samples);

/// scaling_notes() and fill_notes() of each input; `values`: of the training split.
std::vector<std::string> preparation_notes(const PreparationOptions& options, const Dataset& dataset,
                                           const std::vector<Preparation>& preparations, const std::vector<ValueStatistics>& values);

}  // namespace galen::data
