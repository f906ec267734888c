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
  /// Opens `file` to append. First drops truncated lines and those that `resumption` does not keep (rewritten to a temporary file and
  /// renamed), so that a run that was stopped and resumed reads like an uninterrupted one.
  MetricsLog(const std::string& file, const Resumption& resumption);

  /// NaN and infinity are written as null. Throws galen::Error on a full disk; the line is written with the next possible one.
  void write(std::int64_t step, std::int64_t epoch, const std::string& kind, const std::vector<std::pair<std::string, double>>& values);

  /// Writes lines that a full disk did not take; throws galen::Error while it is full.
  void flush() { out_.flush(); }

  /// Syncs all lines to disk. A checkpoint promises the lines up to its step, so this comes before its manifest.
  void sync() { out_.sync(); }

 private:
  LogFile out_;
};

}  // namespace galen::trainer
