#pragma once

#include <cstdint>
#include <fstream>
#include <string>

namespace galen::trainer {

/// Writes scalars that TensorBoard shows: a file of TFRecords (length, masked CRC-32C, payload, masked CRC-32C) that hold
/// tensorflow.Event protocol buffers.
class TensorBoardWriter {
 public:
  /// Begins a new events file in `folder`, which exists; other events files there stay (a resumed run adds one).
  explicit TensorBoardWriter(const std::string& folder);

  void scalar(const std::string& tag, double value, std::int64_t step);
  void flush();

 private:
  void write_record(const std::string& event);

  std::string file_;
  std::ofstream out_;
};

}  // namespace galen::trainer
