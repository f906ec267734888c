#pragma once

#include <cmath>
#include <cstdint>
#include <limits>

namespace galen::trainer {

/// How often a yes-or-no question was answered rightly and wrongly.
struct Counts {
  std::int64_t true_positives = 0;
  std::int64_t false_positives = 0;
  std::int64_t true_negatives = 0;
  std::int64_t false_negatives = 0;

  void add(bool truth, bool answer, std::int64_t times) {
    (truth ? (answer ? true_positives : false_negatives) : (answer ? false_positives : true_negatives)) += times;
  }

  double accuracy() const { return ratio(true_positives + true_negatives, false_positives + false_negatives); }
  double sensitivity() const { return ratio(true_positives, false_negatives); }  ///< NaN without positives
  double specificity() const { return ratio(true_negatives, false_positives); }  ///< NaN without negatives

 private:
  static double ratio(std::int64_t right, std::int64_t wrong) { return static_cast<double>(right) / static_cast<double>(right + wrong); }
};

/// Mean of the values that are not NaN; NaN where there are none.
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
