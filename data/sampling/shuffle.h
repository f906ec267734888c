#pragma once

#include "galen/enum_names.h"

#include <array>

namespace galen::data {

/// How samples are shuffled. kExact: any permutation may come. kWindowed: compressed chunks of several samples are shuffled, and samples
/// within windows of chunks, so that each chunk is decompressed once an epoch. kAuto: windowed where chunks hold several samples and all
/// of them together take more than 1 GiB decompressed, else exact. A rule of the file alone: every machine takes the samples in the same
/// order.
enum class Shuffle { kAuto, kExact, kWindowed };
constexpr auto enum_names(Shuffle) {
  return std::to_array<EnumName<Shuffle>>({{Shuffle::kAuto, "auto"}, {Shuffle::kExact, "exact"}, {Shuffle::kWindowed, "windowed"}});
}

}  // namespace galen::data
