#include "trainer/evaluation/bootstrap.h"

#include <ATen/core/PhiloxRNGEngine.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_map>

namespace galen::trainer {
namespace {

// A number below `bound` out of 64 random bits; its bias, bound / 2^64, is beyond notice.
std::int64_t draw_below(std::int64_t bound, at::Philox4_32& generator) {
  const std::uint64_t high = generator();
  const std::uint64_t bits = high << 32 | generator();
  __extension__ using Wide = unsigned __int128;
  return static_cast<std::int64_t>((Wide{bits} * static_cast<std::uint64_t>(bound)) >> 64);
}

double percentile(const std::vector<double>& ascending, double fraction) {
  const double place = fraction * static_cast<double>(ascending.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, ascending.size() - 1);
  return ascending[below] + (place - static_cast<double>(below)) * (ascending[above] - ascending[below]);
}

}  // namespace

PatientBootstrap::PatientBootstrap(std::span<const std::int64_t> patients, std::uint64_t seed) : seed_(seed) {
  std::unordered_map<std::int64_t, std::int64_t> numbers;
  for (const std::int64_t patient : patients) {
    patient_of_.push_back(numbers.try_emplace(patient, static_cast<std::int64_t>(numbers.size())).first->second);
  }
  patients_ = static_cast<std::int64_t>(numbers.size());
}

std::vector<std::int64_t> PatientBootstrap::multiplicity(std::int64_t resample) const {
  at::Philox4_32 generator(seed_, static_cast<std::uint64_t>(resample));
  std::vector<std::int64_t> times_drawn(static_cast<std::size_t>(patients_));
  for (std::int64_t draw = 0; draw < patients_; ++draw) ++times_drawn[draw_below(patients_, generator)];

  std::vector<std::int64_t> multiplicity;
  multiplicity.reserve(patient_of_.size());
  for (const std::int64_t patient : patient_of_) multiplicity.push_back(times_drawn[patient]);
  return multiplicity;
}

Interval percentile_interval(std::vector<double> values) {
  std::erase_if(values, [](double value) { return std::isnan(value); });
  if (values.empty()) return {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::quiet_NaN()};
  std::sort(values.begin(), values.end());
  return {percentile(values, 0.025), percentile(values, 0.975)};
}

}  // namespace galen::trainer
