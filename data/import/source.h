#pragma once

#include "data/dataset_writer.h"
#include "data/split.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace galen::data {

/// A data set in another format, opened and checked: everything but the samples is in memory. What every format's open function returns.
struct Source {
  DatasetDescription description;       ///< all but provenance and compression
  at::Tensor targets;                   ///< [N] i64 or [N, K] f32, as description.task says; undefined: unlabelled
  std::vector<std::string> group_ids;   ///< empty: every sample a patient of its own
  std::vector<std::string> sample_ids;  ///< empty: none
  std::vector<Subset> split;            ///< the source's own; empty: it has none
  std::vector<std::string> warnings;

  /// The next `n` samples, in order: [n, sample shape…] of the described type, contiguous.
  std::function<at::Tensor(std::int64_t n)> read;
};

}  // namespace galen::data
