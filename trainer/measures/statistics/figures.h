#pragma once

#include <cstdint>
#include <memory>
#include <vector>

namespace galen::trainer {

/// Metrics as a function of the multiplicity of each patient, computed together in one pass over the data. Const and thread-safe.
class Figures {
 public:
  virtual ~Figures() = default;

  virtual std::size_t count() const = 0;

  /// values[figure · Resamples::kAtOnce + k], where a patient counts times[patient · Resamples::kAtOnce + k] times; not finite if a metric
  /// is undefined. The same bits for all instruction sets.
  virtual void evaluate(const std::uint8_t* times, double* values) const = 0;

  /// The influence of each patient on each metric, by a jackknife over patients: the change of the metric without the patient.
  virtual std::vector<double> influences(std::size_t figure) const = 0;
};

}  // namespace galen::trainer
