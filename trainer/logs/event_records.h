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
std::string version_record(double wall_time);  ///< the first of a file

/// Takes the first record off `bytes`, and returns its payload; nothing, and `bytes` as it was, where it is cut off or damaged.
std::optional<std::string_view> take_record(std::string_view& bytes);

/// Step and tag of a record's payload; the tag is empty where it is no scalar.
ScalarEvent parse_event(std::string_view payload);

/// Rewrites the events files that Galen wrote in `folder`: what `resumption` does not keep is dropped, and so is what follows a record
/// that was cut off. A kind is a tag's first part. Each file is replaced whole; one with nothing left is removed. Throws galen::Error
/// where that fails.
void drop_events(const std::string& folder, const Resumption& resumption);

}  // namespace galen::trainer
