#pragma once

#include <cstdint>
#include <memory>
#include <vector>

namespace galen::trainer {

/// Figures as a function of how often each patient counts, computed together in one pass over the data. Const and thread-safe.
class Figures {
 public:
  virtual ~Figures() = default;

  virtual std::size_t count() const = 0;

  /// values[figure · Resamples::kAtOnce + k], where a patient counts times[patient · Resamples::kAtOnce + k] times; not finite where a
  /// figure is undefined. The same bits whatever the processor's instructions.
  virtual void evaluate(const std::uint8_t* times, double* values) const = 0;

  /// How much each patient moves a figure, by a jackknife over patients: what the figure loses without the patient.
  virtual std::vector<double> influences(std::size_t figure) const = 0;
};

}  // namespace galen::trainer
