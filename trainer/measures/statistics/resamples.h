#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace galen::trainer {

/// Resamples of patients, drawn with replacement, as many as there are patients: all samples of a patient are drawn together.
class Resamples {
 public:
  /// Number of resamples drawn side by side.
  static constexpr int kAtOnce = 16;

  Resamples(std::int64_t patients, std::uint64_t seed) : patients_(patients), seed_(seed) {}

  std::int64_t patients() const { return patients_; }

  /// times[patient · kAtOnce + k]: multiplicity of the patient in resample numbers[k]. A pure function of patients, seed and the resample's
  /// number, independent of the others. Thread-safe.
  void draw(std::span<const std::int64_t, kAtOnce> numbers, std::vector<std::uint8_t>& times) const;

 private:
  std::int64_t patients_;
  std::uint64_t seed_;
};

}  // namespace galen::trainer
