#pragma once

#include "trainer/checkpoint/checkpoint_key.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <string>

namespace galen::trainer {

/// What the validation said of a checkpoint: rating.json in its folder, written once it is known, whole or not at all.
struct Rating {
  double value = 0;
  bool larger_is_better = true;
  double loss = std::numeric_limits<double>::quiet_NaN();  ///< decides between equal values; NaN: not known
};

inline constexpr char kRatingFile[] = "rating.json";

void write_rating(const std::string& folder, std::int64_t step, const Rating& rating, const CheckpointKey* key);

/// None where there is no such file. One that is damaged, of another step, or not written with `key` throws galen::Error.
std::optional<Rating> read_rating(const std::string& folder, std::int64_t step, const CheckpointKey* key);

}  // namespace galen::trainer
