#pragma once

#include <cstdint>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

namespace galen::trainer {

/// A run's metrics.jsonl: one JSON object a line, flushed line by line; {"step": 120, "epoch": 3, "kind": "train", "loss": 0.31, …}.
class MetricsLog {
 public:
  /// Opens `file` to append. Lines of steps after `resumed_step` are dropped first (rewritten by temp and rename), so that a run that was
  /// stopped and resumed reads like one that was not; 0 begins afresh.
  MetricsLog(const std::string& file, std::int64_t resumed_step);

  /// NaN and infinity are written as null.
  void write(std::int64_t step, std::int64_t epoch, const std::string& kind, const std::vector<std::pair<std::string, double>>& values);

 private:
  std::string file_;
  std::ofstream out_;
};

}  // namespace galen::trainer
