#include "trainer/measures/statistics/patients.h"

#include <algorithm>
#include <unordered_map>

namespace galen::trainer {
namespace {

// Indices by value. A data set numbers its patients from 0 on, so a table nearly always replaces a map.
class Numbers {
 public:
  explicit Numbers(std::span<const std::int64_t> values) {
    if (values.empty()) return;
    const auto [least, largest] = std::minmax_element(values.begin(), values.end());
    const bool is_small = *least >= 0 && *largest < static_cast<std::int64_t>(16 * values.size() + 1024);
    if (is_small) table_.assign(static_cast<std::size_t>(*largest) + 1, kNew);
  }

  std::int32_t operator()(std::int64_t value) {
    std::int32_t& number = table_.empty() ? map_.try_emplace(value, kNew).first->second : table_[static_cast<std::size_t>(value)];
    if (number == kNew) number = count_++;
    return number;
  }

  std::int32_t count() const { return count_; }

 private:
  static constexpr std::int32_t kNew = -1;
  std::vector<std::int32_t> table_;
  std::unordered_map<std::int64_t, std::int32_t> map_;
  std::int32_t count_ = 0;
};

}  // namespace

Patients::Patients(std::span<const std::int64_t> of_samples) {
  Numbers number(of_samples);
  of_sample_.reserve(of_samples.size());
  for (const std::int64_t patient : of_samples) of_sample_.push_back(number(patient));
  count_ = number.count();
}

}  // namespace galen::trainer
