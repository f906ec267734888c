#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace galen::trainer {

/// The patient of each sample. Samples of a patient are not independent: statistics sum within patients first.
class Patients {
 public:
  /// `of_samples`: any numbers.
  explicit Patients(std::span<const std::int64_t> of_samples);

  std::int64_t count() const { return count_; }
  std::int64_t samples() const { return static_cast<std::int64_t>(of_sample_.size()); }

  /// Numbered from 0 in order of first appearance.
  std::int32_t of(std::int64_t sample) const { return of_sample_[static_cast<std::size_t>(sample)]; }

 private:
  std::vector<std::int32_t> of_sample_;
  std::int64_t count_ = 0;
};

}  // namespace galen::trainer
