#pragma once

#include <deque>
#include <string>
#include <vector>

namespace galen::launch {

/// The last lines of what a job printed.
class OutputTail {
 public:
  void add(const std::string& bytes);

  /// Oldest first; what was printed over on a terminal is left out.
  std::vector<std::string> lines() const;

 private:
  std::deque<std::string> lines_ = {""};  // the last one may still grow
};

/// Why a job failed, as far as it and mpirun say.
struct FailureReason {
  std::string text;  ///< one sentence
  std::string rank;  ///< empty where it is not known
  std::string host;
};

FailureReason find_reason(int exit_code, const OutputTail& output);

}  // namespace galen::launch
