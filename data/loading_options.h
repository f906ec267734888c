#pragma once

#include <cstdint>
#include <string>

namespace galen::data {

/// How samples are brought from the file to the model.
struct LoadingOptions {
  /// exact: any permutation may come. windowed: compressed chunks of several samples are shuffled, and samples within windows of chunks, so
  /// that each chunk is decompressed once an epoch. auto: windowed where chunks hold several samples and all of them together take
  /// more than 1 GiB decompressed, else exact. A rule of the file alone: every machine takes the samples in the same order.
  std::string order = "auto";

  /// Texts: steps whose samples are sorted by length together, so that little of a batch is padding. 1: samples stay in the order above.
  std::int64_t length_window = 64;

  /// MiB for decompressed chunks, shared by the ranks of a node. 0: a quarter of the memory that the node has left.
  double memory = 0;

  /// Threads of each worker that make batches. 0: a quarter of its share of the node's cores, at least 1.
  int threads = 0;
};

}  // namespace galen::data
