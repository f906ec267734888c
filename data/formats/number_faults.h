#pragma once

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

namespace galen::data {

/// Counts, among numbers that become f32 or f64, those that are none and those that the type does not hold.
struct NumberFaults {
  std::int64_t nan = 0;
  std::int64_t infinite = 0;
  std::int64_t rounded = 0;         ///< whole numbers, of more than 24 bits, that become their neighbours
  std::int64_t too_large = 0;       ///< that become infinite
  std::int64_t rounded_by_f64 = 0;  ///< whole numbers, of more than 53 bits, that become their neighbours

  /// The number as f32, counted.
  float store(double number) {
    const auto stored = static_cast<float>(number);
    if (static_cast<double>(stored) != number || std::isinf(number)) see(number, stored);
    return stored;
  }
  float store(std::int64_t number) { return store_whole(number); }
  float store(std::uint64_t number) { return store_whole(number); }

  /// The number becomes f64.
  void keep(double number) {
    if (!std::isfinite(number)) see(number, 0);
  }
  void keep(std::int64_t number) { keep_whole(number); }
  void keep(std::uint64_t number) { keep_whole(number); }

  bool any() const { return nan + infinite + rounded + too_large + rounded_by_f64 > 0; }
  void add(const NumberFaults& other);

  /// A sentence for each kind that was met: "x.nii.gz: 3 voxels are NaN and stay so." `where`: the file; `what`: "voxel", "value".
  std::vector<std::string> notes(const std::string& where, const std::string& what) const;

 private:
  template <typename Whole>
  float store_whole(Whole number) {
    const auto stored = static_cast<float>(number);
    if (static_cast<long double>(stored) != static_cast<long double>(number)) ++rounded;  // whose 64 bits hold both
    return stored;
  }
  template <typename Whole>
  void keep_whole(Whole number) {
    if (static_cast<long double>(static_cast<double>(number)) != static_cast<long double>(number)) ++rounded_by_f64;
  }
  void see(double number, float stored);
};

}  // namespace galen::data
