#pragma once

#include "trainer/logs/metrics_log.h"
#include "trainer/logs/progress.h"
#include "trainer/logs/tensorboard.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace galen::trainer {

/// The logs of a run, for programs and for TensorBoard. A full disk ends no run: entries stay in memory, with a warning, until they can be
/// written.
class RunLogs {
 public:
  /// `strict`: a full disk throws galen::Error instead. `progress` must outlive this.
  RunLogs(const std::string& folder, const Resumption& resumption, bool strict, Progress& progress);

  /// `kind`: train, epoch, validation.
  void write(std::int64_t step, std::int64_t epoch, const std::string& kind, const std::vector<std::pair<std::string, double>>& values);

  void flush();  ///< all that is in memory
  void retry();  ///< entries that the disk did not take
  void close();  ///< as flush(), but throws galen::Error if the disk is still full

 private:
  void attempt(const std::function<void()>& work);

  MetricsLog metrics_;
  TensorBoardWriter tensorboard_;
  const bool strict_;
  Progress& progress_;
  bool lines_wait_ = false;
  std::optional<std::chrono::steady_clock::time_point> warned_;
};

}  // namespace galen::trainer
