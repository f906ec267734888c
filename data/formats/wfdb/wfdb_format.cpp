#include "data/formats/wfdb/wfdb_format.h"

#include "galen/error.h"

#include <limits>

namespace galen::data {
namespace {

constexpr std::int64_t kNothingMissing = std::numeric_limits<std::int64_t>::min();

std::int32_t ten_bits(int bits) { return (bits ^ 0x200) - 0x200; }
std::int32_t twelve_bits(int bits) { return (bits ^ 0x800) - 0x800; }

using Bytes = const std::uint8_t*;
using Numbers = std::int32_t*;

constexpr std::array kFormats = {
    WfdbFormat{8, 1, 1, {}, kNothingMissing, true, [](Bytes b, Numbers n) { n[0] = static_cast<std::int8_t>(b[0]); }},
    WfdbFormat{16, 2, 1, {}, -0x8000, false, [](Bytes b, Numbers n) { n[0] = static_cast<std::int16_t>(b[0] | b[1] << 8); }},
    WfdbFormat{
        24, 3, 1, {}, -0x800000, false, [](Bytes b, Numbers n) { n[0] = b[0] | b[1] << 8 | static_cast<std::int8_t>(b[2]) * 65536; }},
    WfdbFormat{32,
               4,
               1,
               {},
               -0x80000000LL,
               false,
               [](Bytes b, Numbers n) {
                 n[0] = static_cast<std::int32_t>(b[0] | b[1] << 8 | b[2] << 16 | static_cast<std::uint32_t>(b[3]) << 24);
               }},
    WfdbFormat{61, 2, 1, {}, -0x8000, false, [](Bytes b, Numbers n) { n[0] = static_cast<std::int16_t>(b[1] | b[0] << 8); }},
    WfdbFormat{80, 1, 1, {}, -0x80, false, [](Bytes b, Numbers n) { n[0] = b[0] - 0x80; }},
    WfdbFormat{160, 2, 1, {}, -0x8000, false, [](Bytes b, Numbers n) { n[0] = (b[0] | b[1] << 8) - 0x8000; }},
    WfdbFormat{212,
               3,
               2,
               {0, 2},
               -0x800,
               false,
               [](Bytes b, Numbers n) {
                 n[0] = twelve_bits(b[0] | (b[1] & 0x0f) << 8);
                 n[1] = twelve_bits(b[2] | (b[1] & 0xf0) << 4);
               }},
    WfdbFormat{310,
               4,
               3,
               {0, 2, 4},
               -0x200,
               false,
               [](Bytes b, Numbers n) {
                 n[0] = ten_bits(b[0] >> 1 | (b[1] & 0x07) << 7);
                 n[1] = ten_bits(b[2] >> 1 | (b[3] & 0x07) << 7);
                 n[2] = ten_bits(b[1] >> 3 | (b[3] & 0xf8) << 2);
               }},
    WfdbFormat{311,
               4,
               3,
               {0, 2, 3},
               -0x200,
               false,
               [](Bytes b, Numbers n) {
                 n[0] = ten_bits(b[0] | (b[1] & 0x03) << 8);
                 n[1] = ten_bits(b[1] >> 2 | (b[2] & 0x0f) << 6);
                 n[2] = ten_bits(b[2] >> 4 | (b[3] & 0x3f) << 4);
               }},
};

}  // namespace

std::int64_t WfdbFormat::numbers_in(std::int64_t bytes) const {
  std::int64_t last = 0;
  while (last + 1 < unit_numbers && part_bytes[static_cast<std::size_t>(last + 1)] <= bytes % unit_bytes) ++last;
  return bytes / unit_bytes * unit_numbers + last;
}

std::int64_t WfdbFormat::bytes_of(std::int64_t numbers) const {
  return numbers / unit_numbers * unit_bytes + part_bytes[static_cast<std::size_t>(numbers % unit_numbers)];
}

const WfdbFormat& wfdb_format(int number, const std::string& file) {
  for (const WfdbFormat& format : kFormats) {
    if (format.number == number) return format;
  }
  const bool flac = number == 508 || number == 516 || number == 524;
  throw Error("{}: is in WFDB's format {}{}, which Galen does not read. Convert it with WFDB's xform -f 16.", file, number,
              flac ? " (compressed, FLAC)" : "");
}

}  // namespace galen::data
