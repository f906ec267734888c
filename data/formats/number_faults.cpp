#include "data/formats/number_faults.h"

#include <fmt/format.h>

#include <limits>

namespace galen::data {

static_assert(std::numeric_limits<long double>::digits >= 64);

// Fractions are rounded as f32 always rounds them; it is whole numbers (ids, codes, labels) that must not change.
void NumberFaults::see(double number, float stored) {
  if (std::isnan(number)) {
    ++nan;
  } else if (std::isinf(number)) {
    ++infinite;
  } else if (std::isinf(stored)) {
    ++too_large;
  } else if (number == std::trunc(number)) {
    ++rounded;
  }
}

void NumberFaults::add(const NumberFaults& other) {
  nan += other.nan;
  infinite += other.infinite;
  rounded += other.rounded;
  too_large += other.too_large;
  rounded_by_f64 += other.rounded_by_f64;
}

std::vector<std::string> NumberFaults::notes(const std::string& where, const std::string& what) const {
  std::vector<std::string> sentences;
  const auto tell = [&](std::int64_t count, const char* one, const char* many) {
    if (count > 0) sentences.push_back(fmt::format("{}: {} {}{} {}.", where, count, what, count == 1 ? "" : "s", count == 1 ? one : many));
  };
  tell(nan, "is no number (NaN) and stays so", "are no numbers (NaN) and stay so");
  tell(infinite, "is infinite and stays so", "are infinite and stay so");
  tell(too_large, "is beyond the range of f32 and becomes infinite", "are beyond the range of f32 and become infinite");
  tell(rounded, "is a whole number beyond 16777216 that f32 does not hold, and is rounded",
       "are whole numbers beyond 16777216 that f32 does not hold, and are rounded");
  tell(rounded_by_f64, "is a whole number beyond 9007199254740992 that f64 does not hold, and is rounded",
       "are whole numbers beyond 9007199254740992 that f64 does not hold, and are rounded");
  return sentences;
}

}  // namespace galen::data
