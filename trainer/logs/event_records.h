#pragma once

#include "trainer/logs/resumption.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace galen::trainer {

/// The format of TensorBoard's files: TFRecords (length, masked CRC-32C, payload, masked CRC-32C) that hold tensorflow.Event protocol
/// buffers.
struct ScalarEvent {
  double wall_time = 0;  ///< seconds since 1970
  std::int64_t step = 0;
  std::string tag;  ///< "train/loss"
  float value = 0;
};

std::string to_record(const ScalarEvent& event);
std::string version_record(double wall_time);  ///< the first record of a file

/// Removes the first record from `bytes` and returns its payload; none, with `bytes` unchanged, if it is truncated or damaged.
std::optional<std::string_view> take_record(std::string_view& bytes);

/// Step and tag of a record's payload; the tag is empty if it is not a scalar.
ScalarEvent parse_event(std::string_view payload);

/// Rewrites the event files that Galen wrote in `folder`: drops what `resumption` does not keep, and what follows a truncated record. A
/// kind is a tag's first part. Each file is replaced atomically; a file with nothing left is removed. Throws galen::Error on
/// failure.
void drop_events(const std::string& folder, const Resumption& resumption);

}  // namespace galen::trainer
