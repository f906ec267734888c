#include "trainer/logs/event_records.h"

#include "galen/atomic_file.h"
#include "galen/error.h"
#include "galen/own_file.h"
#include "trainer/logs/crc32c.h"

#include <bit>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

namespace galen::trainer {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLengthBytes = 8;
constexpr std::size_t kChecksumBytes = 4;

template <typename Unsigned>
std::string little_endian(Unsigned value) {
  std::string bytes;
  for (std::size_t i = 0; i < sizeof(value); ++i) bytes.push_back(static_cast<char>(value >> (8 * i)));
  return bytes;
}

// Protocol buffers: each field is a key, number << 3 | wire type, and a value. https://protobuf.dev/programming-guides/encoding
enum WireType : std::uint64_t { kVarint = 0, kEightBytes = 1, kBytes = 2, kFourBytes = 5 };

std::string varint(std::uint64_t value) {
  std::string bytes;
  for (; value >= 0x80; value >>= 7) bytes.push_back(static_cast<char>(value | 0x80));
  bytes.push_back(static_cast<char>(value));
  return bytes;
}

std::string key(std::uint64_t field, WireType type) { return varint(field << 3 | type); }
std::string field(std::uint64_t number, std::int64_t value) { return key(number, kVarint) + varint(static_cast<std::uint64_t>(value)); }
std::string field(std::uint64_t number, double value) {
  return key(number, kEightBytes) + little_endian(std::bit_cast<std::uint64_t>(value));
}
std::string field(std::uint64_t number, float value) {
  return key(number, kFourBytes) + little_endian(std::bit_cast<std::uint32_t>(value));
}
std::string field(std::uint64_t number, const std::string& bytes) { return key(number, kBytes) + varint(bytes.size()) + bytes; }

// Masking avoids the checksum of data that contains checksums.
std::string masked_checksum(std::string_view bytes) {
  const std::uint32_t checksum = crc32c(bytes);
  return little_endian(std::rotr(checksum, 15) + std::uint32_t{0xa282ead8});
}

std::string framed(const std::string& payload) {
  const std::string length = little_endian(static_cast<std::uint64_t>(payload.size()));
  return length + masked_checksum(length) + payload + masked_checksum(payload);
}

std::string_view take(std::string_view& bytes, std::size_t count) {
  const std::string_view taken = bytes.substr(0, count);
  bytes.remove_prefix(taken.size());
  return taken;
}

std::uint64_t take_varint(std::string_view& bytes) {
  std::uint64_t value = 0;
  for (int shift = 0; !bytes.empty() && shift < 64; shift += 7) {
    const auto byte = static_cast<unsigned char>(take(bytes, 1)[0]);
    value |= std::uint64_t{byte & 0x7fU} << shift;
    if (byte < 0x80) break;
  }
  return value;
}

// Calls `visit` with each field's number and its value or bytes.
template <typename Visit>
void for_each_field(std::string_view message, Visit visit) {
  while (!message.empty()) {
    const std::uint64_t key = take_varint(message);
    switch (key & 7) {
      case kVarint:
        visit(key >> 3, take_varint(message), std::string_view());
        break;
      case kEightBytes:
        visit(key >> 3, 0, take(message, 8));
        break;
      case kBytes:
        visit(key >> 3, 0, take(message, take_varint(message)));
        break;
      case kFourBytes:
        visit(key >> 3, 0, take(message, 4));
        break;
      default:
        return;
    }
  }
}

std::string first_bytes_of(std::string_view message, std::uint64_t number) {
  std::string found;
  for_each_field(message, [&](std::uint64_t field, std::uint64_t, std::string_view bytes) {
    if (field == number && found.empty()) found = bytes;
  });
  return found;
}

struct Remains {
  std::string bytes;
  bool scalars = false;  // whether the file has any
};

Remains what_is_kept(std::string_view bytes, const Resumption& resumption) {
  Remains kept;
  while (const auto payload = take_record(bytes)) {
    const ScalarEvent event = parse_event(*payload);
    if (!event.tag.empty() && !resumption.keeps(event.step, event.tag.substr(0, event.tag.find('/')))) continue;
    kept.bytes += framed(std::string(*payload));
    kept.scalars |= !event.tag.empty();
  }
  return kept;
}

bool is_ours(const fs::path& file) {
  const std::string name = file.filename().string();
  return name.starts_with("events.out.tfevents.") && name.find(".galen.") != std::string::npos;
}

// TensorBoard reads every file with "tfevents" in its name, so the temporary file has another.
void replace(const fs::path& file, const std::string& bytes) {
  expect_own_file(file.string());
  AtomicFile made((file.parent_path() / "tensorboard.new").string(), /*overwrite=*/true, Links::kRefuse);
  made.write(bytes);
  made.publish();
  fs::rename(made.name(), file);
}

}  // namespace

// Fields of tensorflow.Event: 1 wall_time, 2 step, 3 file_version, 5 summary; of its Summary: 1 value; of a Value: 1 tag, 2 simple_value.
std::string to_record(const ScalarEvent& event) {
  const std::string summary = field(1, field(1, event.tag) + field(2, event.value));
  return framed(field(1, event.wall_time) + field(2, event.step) + field(5, summary));
}

std::string version_record(double wall_time) { return framed(field(1, wall_time) + field(3, std::string("brain.Event:2"))); }

std::optional<std::string_view> take_record(std::string_view& bytes) {
  constexpr std::size_t kFrame = kLengthBytes + 2 * kChecksumBytes;
  if (bytes.size() < kFrame) return std::nullopt;
  const std::string_view length = bytes.substr(0, kLengthBytes);
  if (masked_checksum(length) != bytes.substr(kLengthBytes, kChecksumBytes)) return std::nullopt;
  std::uint64_t size = 0;
  for (std::size_t i = 0; i < kLengthBytes; ++i) size |= std::uint64_t{static_cast<unsigned char>(length[i])} << (8 * i);
  if (size > bytes.size() - kFrame) return std::nullopt;
  const std::string_view payload = bytes.substr(kLengthBytes + kChecksumBytes, size);
  if (masked_checksum(payload) != bytes.substr(kLengthBytes + kChecksumBytes + size, kChecksumBytes)) return std::nullopt;
  bytes.remove_prefix(kFrame + size);
  return payload;
}

ScalarEvent parse_event(std::string_view payload) {
  ScalarEvent event;
  for_each_field(payload, [&](std::uint64_t number, std::uint64_t value, std::string_view bytes) {
    if (number == 2) event.step = static_cast<std::int64_t>(value);
    if (number == 5) event.tag = first_bytes_of(first_bytes_of(bytes, 1), 1);
  });
  return event;
}

void drop_events(const std::string& folder, const Resumption& resumption) try {
  if (!fs::is_directory(folder)) return;
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (is_ours(entry.path())) files.push_back(entry.path());
  }
  for (const fs::path& file : files) {
    std::ostringstream bytes;
    bytes << std::ifstream(file, std::ios::binary).rdbuf();
    const Remains kept = what_is_kept(bytes.view(), resumption);
    if (!kept.scalars) {
      fs::remove(file);
    } else if (kept.bytes != bytes.view()) {
      replace(file, kept.bytes);
    }
  }
} catch (const fs::filesystem_error& error) {
  throw Error("{}: cannot be rewritten: {}. Check that the run's folder is writable.", error.path1().string(), error.code().message());
}

}  // namespace galen::trainer
