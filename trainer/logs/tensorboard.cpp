#include "trainer/logs/tensorboard.h"

#include "galen/error.h"
#include "trainer/logs/crc32c.h"

#include <bit>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <cstring>
#include <filesystem>

namespace galen::trainer {
namespace {

double seconds_since_1970() { return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count(); }

template <typename Unsigned>
std::string little_endian(Unsigned value) {
  std::string bytes;
  for (std::size_t i = 0; i < sizeof(value); ++i) bytes.push_back(static_cast<char>(value >> (8 * i)));
  return bytes;
}

// Protocol buffers: each field is a key, number << 3 | wire type, and a value. https://protobuf.dev/programming-guides/encoding
std::string varint(std::uint64_t value) {
  std::string bytes;
  for (; value >= 0x80; value >>= 7) bytes.push_back(static_cast<char>(value | 0x80));
  bytes.push_back(static_cast<char>(value));
  return bytes;
}

std::string key(std::uint64_t field, std::uint64_t wire_type) { return varint(field << 3 | wire_type); }
std::string field(std::uint64_t number, std::int64_t value) { return key(number, 0) + varint(static_cast<std::uint64_t>(value)); }
std::string field(std::uint64_t number, double value) { return key(number, 1) + little_endian(std::bit_cast<std::uint64_t>(value)); }
std::string field(std::uint64_t number, float value) { return key(number, 5) + little_endian(std::bit_cast<std::uint32_t>(value)); }
std::string field(std::uint64_t number, const std::string& bytes) { return key(number, 2) + varint(bytes.size()) + bytes; }

// The masking keeps a checksum from being the checksum of data that hold checksums themselves.
std::string masked_checksum(const std::string& bytes) {
  const std::uint32_t checksum = crc32c(bytes);
  return little_endian(std::rotr(checksum, 15) + std::uint32_t{0xa282ead8});
}

std::string unused_file(const std::string& folder) {
  for (int attempt = 0;; ++attempt) {
    const std::string file = fmt::format("{}/events.out.tfevents.{:010.0f}.galen.{}", folder, std::floor(seconds_since_1970()), attempt);
    if (!std::filesystem::exists(file)) return file;
  }
}

}  // namespace

// Fields of tensorflow.Event: 1 wall_time, 2 step, 3 file_version, 5 summary; of its Summary: 1 value; of a Value: 1 tag, 2 simple_value.
TensorBoardWriter::TensorBoardWriter(const std::string& folder) : file_(unused_file(folder)), out_(file_, std::ios::binary) {
  write_record(field(1, seconds_since_1970()) + field(3, std::string("brain.Event:2")));
  flush();
}

void TensorBoardWriter::scalar(const std::string& tag, double value, std::int64_t step) {
  const std::string summary = field(1, field(1, tag) + field(2, static_cast<float>(value)));
  write_record(field(1, seconds_since_1970()) + field(2, step) + field(5, summary));
}

void TensorBoardWriter::flush() {
  out_.flush();
  if (!out_) {
    throw Error("{}: cannot be written: {}; check that the run's folder is writable and its disk is not full", file_, std::strerror(errno));
  }
}

void TensorBoardWriter::write_record(const std::string& event) {
  const std::string length = little_endian(static_cast<std::uint64_t>(event.size()));
  out_ << length << masked_checksum(length) << event << masked_checksum(event);
}

}  // namespace galen::trainer
