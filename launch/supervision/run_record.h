#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace galen::launch {

/// How a run ended, by its own records. Its ranks may fail, or be stopped, after all of its work is done.
class RunRecord {
 public:
  /// Call before a job of the run starts.
  explicit RunRecord(std::string folder);

  /// The exit code with which the run has ended since then, with everything on disk and its lock released: kDone or kPreempted. None if it
  /// has not ended.
  std::optional<int> ending() const;

 private:
  std::string folder_;
  std::uintmax_t begin_ = 0;  // size of the events file at that time
};

}  // namespace galen::launch
