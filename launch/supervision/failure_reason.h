#pragma once

#include <deque>
#include <string>
#include <vector>

namespace galen::launch {

/// The last lines of a job's output.
class OutputTail {
 public:
  void add(const std::string& bytes);

  /// Oldest first, without lines that were overwritten on a terminal.
  std::vector<std::string> lines() const;

 private:
  std::deque<std::string> lines_ = {""};  // the last one may be incomplete
};

/// Why a job failed, according to its output and mpirun's.
struct FailureReason {
  std::string text;  ///< one sentence
  std::string rank;  ///< empty if unknown
  std::string host;
};

FailureReason find_reason(int exit_code, const OutputTail& output);

}  // namespace galen::launch
