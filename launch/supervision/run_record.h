#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace galen::launch {

/// What a run says of its own end. Its ranks may fail, or be stopped, when all of its work is done.
class RunRecord {
 public:
  /// Before a job of the run starts.
  explicit RunRecord(std::string folder);

  /// The exit code that the run ended with since then, all of it on the disk and its lock given back: kDone or kPreempted. Nothing where
  /// it has not ended.
  std::optional<int> ending() const;

 private:
  std::string folder_;
  std::uintmax_t begin_ = 0;  // of the events to come
};

}  // namespace galen::launch
