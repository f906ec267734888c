#pragma once

#include "data/files/dataset.h"
#include "trainer/checkpoint/manifest.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace galen::trainer {

/// The samples of `dataset` that the run of `saved` was trained on: its split drawn, or read, once more as its options say. None where that
/// does not give them: the digest of the run's training samples decides.
std::optional<std::vector<std::int64_t>> training_samples_of(const Manifest& saved, const data::Dataset& dataset);

/// "38 of 60 test samples were trained on", of `members` in ascending order; empty where none was; nothing where it cannot be known.
std::optional<std::string> leak(const Manifest& saved, const data::Dataset& dataset, std::span<const std::int64_t> members,
                                const char* subset);

}  // namespace galen::trainer
