#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace galen::launch {

/// One way to bring samples into memory, ready to be timed.
struct LoadingPath {
  std::string name;
  double samples = 0;          ///< that one call of `work` brings
  std::function<void()> work;  ///< on all threads
};

struct LoadingBench {
  std::string folder;               ///< for the files; they are left to the caller to remove
  std::vector<std::int64_t> shape;  ///< of a sample, channels first
  std::int64_t samples = 0;
  std::int64_t batch = 64;
  int threads = 1;
};

/// Writes files of u8 images in several layouts and returns the paths to be compared, those that move no more than must be moved (limits)
/// among them: sequential memcpy; gather without conversion; the loader on contiguous samples; H5Dread, a call a sample; the same on
/// gzip, one sample a chunk, beside libdeflate alone; gzip, 32 samples a chunk, in windows, beside H5Dread.
std::vector<LoadingPath> loading_paths(const LoadingBench& bench);

/// The loader on a file's images, scaled to 0 … 1; in windows where compressed chunks hold several.
LoadingPath loader_on(const std::string& file, std::int64_t batch, int threads);

/// Seconds to find out where `chunks` chunks of a file lie.
double seconds_to_index(const std::string& folder, std::int64_t chunks);

/// Seconds from opening a file of `bytes` (sparse) to its first batch.
double seconds_to_first_batch(const std::string& folder, std::int64_t bytes);

}  // namespace galen::launch
