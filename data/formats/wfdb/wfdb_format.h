#pragma once

#include <array>
#include <cstdint>
#include <string>

namespace galen::data {

/// How WFDB stores samples in a file (signal(5)). Numbers come in units of whole bytes: 212 packs two into three.
struct WfdbFormat {
  static constexpr std::int64_t kMostNumbers = 3;

  int number;
  std::int64_t unit_bytes;
  std::int64_t unit_numbers;
  std::array<std::int64_t, kMostNumbers> part_bytes;  ///< of a last unit that holds 0, 1, 2 numbers only
  std::int64_t missing;                               ///< stored for a sample that was not taken; beyond 32 bits: nothing is
  bool differences;                                   ///< numbers are differences to the lead's number before
  void (*unpack)(const std::uint8_t* unit, std::int32_t* numbers);

  std::int64_t numbers_in(std::int64_t bytes) const;
  std::int64_t bytes_of(std::int64_t numbers) const;
};

/// Throws galen::Error for formats that Galen does not read, which names `file`.
const WfdbFormat& wfdb_format(int number, const std::string& file);

}  // namespace galen::data
