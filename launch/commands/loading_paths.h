#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace galen::launch {

/// One way to read samples into memory, to be timed.
struct LoadingPath {
  std::string name;
  double samples = 0;          ///< number of samples read by one call of `work`
  std::function<void()> work;  ///< on all threads
};

struct LoadingBench {
  std::string folder;               ///< for the files, which the caller removes
  std::vector<std::int64_t> shape;  ///< of a sample, channels first
  std::int64_t samples = 0;
  std::int64_t batch = 64;
  int threads = 1;
};

/// Writes files of u8 images in several layouts and returns the paths to compare, among them the limits, which move only the necessary
/// bytes: sequential memcpy; gather without conversion; the loader on contiguous samples; H5Dread, one call a sample; the same on gzip, one
/// sample a chunk, with libdeflate alone as the limit; gzip, 32 samples a chunk, in windows, with H5Dread.
std::vector<LoadingPath> loading_paths(const LoadingBench& bench);

/// The loader on a file's images, scaled to 0 … 1; in windows if compressed chunks hold several samples.
LoadingPath loader_on(const std::string& file, std::int64_t batch, int threads);

/// Seconds to find the positions of a file's `chunks` chunks.
double seconds_to_index(const std::string& folder, std::int64_t chunks);

/// Seconds from opening a file of `bytes` (sparse) to its first batch.
double seconds_to_first_batch(const std::string& folder, std::int64_t bytes);

}  // namespace galen::launch
