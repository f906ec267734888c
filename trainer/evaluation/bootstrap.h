#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace galen::trainer {

/// Resamples of patients, with replacement: all samples of a patient come and go together, since they are not independent.
class PatientBootstrap {
 public:
  /// `patients`: patient of each sample, any numbers.
  PatientBootstrap(std::span<const std::int64_t> patients, std::uint64_t seed);

  std::int64_t samples() const { return static_cast<std::int64_t>(patient_of_.size()); }
  std::int64_t patients() const { return patients_; }

  /// How often each sample counts in resample `resample`: a pure function of the constructor's arguments and `resample`. Thread-safe.
  std::vector<std::int64_t> multiplicity(std::int64_t resample) const;

 private:
  std::vector<std::int64_t> patient_of_;  ///< numbered from 0 in order of first appearance
  std::int64_t patients_ = 0;
  std::uint64_t seed_;
};

struct Interval {
  double low;
  double high;
};

/// The 2.5th and 97.5th percentiles, interpolated linearly as NumPy does; NaN values are left out, and nothing left gives NaN.
Interval percentile_interval(std::vector<double> values);

}  // namespace galen::trainer
