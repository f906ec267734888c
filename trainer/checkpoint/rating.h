#pragma once

#include "trainer/checkpoint/checkpoint_key.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <string>

namespace galen::trainer {

/// The result of validating a checkpoint: rating.json in its folder, written atomically once it is known.
struct Rating {
  double value = 0;
  bool larger_is_better = true;
  double loss = std::numeric_limits<double>::quiet_NaN();  ///< decides between equal values; NaN: unknown
};

inline constexpr char kRatingFile[] = "rating.json";

void write_rating(const std::string& folder, std::int64_t step, const Rating& rating, const CheckpointKey* key);

/// None if there is no such file. A file that is damaged, of another step, or not written with `key` throws galen::Error.
std::optional<Rating> read_rating(const std::string& folder, std::int64_t step, const CheckpointKey* key);

}  // namespace galen::trainer
