#pragma once

#include "data/files/dataset.h"
#include "trainer/checkpoint/manifest.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace galen::trainer {

/// The samples of `dataset` on which the run of `saved` was trained: its split is drawn, or read, again with its options. None if the
/// result is another split, by the digest of the run's training samples.
std::optional<std::vector<std::int64_t>> training_samples_of(const Manifest& saved, const data::Dataset& dataset);

/// "38 of 60 test samples were used in training", for `members` in ascending order; empty if none was; none if it cannot be determined.
std::optional<std::string> leak(const Manifest& saved, const data::Dataset& dataset, std::span<const std::int64_t> members,
                                const char* subset);

}  // namespace galen::trainer
