#pragma once

#include "trainer/logs/log_file.h"
#include "trainer/logs/resumption.h"

#include <cstdint>
#include <string>

namespace galen::trainer {

/// Writes scalars that TensorBoard shows.
class TensorBoardWriter {
 public:
  /// Begins a new event file in `folder`, which exists. Entries of the run's earlier files that `resumption` does not keep are dropped, so
  /// that TensorBoard shows one line.
  TensorBoardWriter(const std::string& folder, const Resumption& resumption);

  void scalar(const std::string& tag, double value, std::int64_t step);  ///< `tag`: "train/loss"; kept in memory until flush()
  void flush() { out_.flush(); }

  /// Syncs all scalars to disk. A checkpoint promises those up to its step, so this comes before its manifest.
  void sync() { out_.sync(); }

 private:
  LogFile out_;
};

}  // namespace galen::trainer
