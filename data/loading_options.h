#pragma once

#include "data/sampling/shuffle.h"

#include <cstdint>
#include <vector>

namespace galen {
struct Option;
}

namespace galen::data {

/// How samples are brought from the file to the model.
struct LoadingOptions {
  Shuffle order = Shuffle::kAuto;

  /// Texts: steps whose samples are sorted by length together, so that little of a batch is padding. 1: samples stay in the order above.
  std::int64_t length_window = 64;

  /// MiB for decompressed chunks, shared by the ranks of a node. 0: a quarter of the memory that the node has left.
  double memory = 0;

  /// Threads of each worker that make batches. 0: a quarter of its share of the node's cores, at least 1.
  int threads = 0;
};

std::vector<Option> describe(LoadingOptions& options);

/// Of them, those that change how samples are brought and not which: memory and threads.
std::vector<Option> describe_resources(LoadingOptions& options);

}  // namespace galen::data
