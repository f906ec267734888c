#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace galen::data {

/// The middle value, or the mean in f64 of the two in the middle. `values`: not empty, without NaN; their order changes.
template <typename Number>
double median(std::vector<Number>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return (static_cast<double>(*std::max_element(values.begin(), middle)) + *middle) / 2;
}

/// The smallest of the values that come most often. Likewise.
template <typename Number>
double most_frequent(std::vector<Number>& values) {
  std::sort(values.begin(), values.end());
  auto best = values.begin();
  std::ptrdiff_t most = 0;
  for (auto run = values.begin(); run != values.end();) {
    const auto next = std::upper_bound(run, values.end(), *run);
    if (next - run > most) {
      most = next - run;
      best = run;
    }
    run = next;
  }
  return *best;
}

}  // namespace galen::data
