#pragma once

#include <cmath>
#include <cstdint>
#include <limits>

namespace galen::trainer {

/// Mean of the values that are not NaN; NaN if there are none.
class MeanOfDefined {
 public:
  void add(double value) {
    if (std::isnan(value)) return;
    sum_ += value;
    ++count_;
  }
  double value() const { return count_ == 0 ? std::numeric_limits<double>::quiet_NaN() : sum_ / static_cast<double>(count_); }

 private:
  double sum_ = 0;
  std::int64_t count_ = 0;
};

}  // namespace galen::trainer
