#pragma once

#include "trainer/logs/log_file.h"
#include "trainer/logs/resumption.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace galen::trainer {

/// A run's metrics.jsonl: one JSON object a line, flushed line by line; {"step": 120, "epoch": 3, "kind": "train", "loss": 0.31, …}.
class MetricsLog {
 public:
  /// Opens `file` to append. Lines that `resumption` does not keep, and one that was cut off, are dropped first (rewritten by temp and
  /// rename), so that a run that was stopped and resumed reads like one that was not.
  MetricsLog(const std::string& file, const Resumption& resumption);

  /// NaN and infinity are written as null. A full disk throws galen::Error; the line is written with the next that can be.
  void write(std::int64_t step, std::int64_t epoch, const std::string& kind, const std::vector<std::pair<std::string, double>>& values);

  /// Writes lines that a full disk did not take; throws galen::Error while it does not.
  void flush() { out_.flush(); }

  /// Brings all lines to the disk. A checkpoint promises the lines up to its step, so this comes before its manifest.
  void sync() { out_.sync(); }

 private:
  LogFile out_;
};

}  // namespace galen::trainer
