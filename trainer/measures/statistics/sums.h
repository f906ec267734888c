#pragma once

#include "trainer/measures/statistics/figures.h"
#include "trainer/measures/statistics/patients.h"

#include <functional>
#include <memory>
#include <span>
#include <vector>

namespace galen::trainer {

/// The addend of each sample; null: 1 each, so that the sum is the number of samples.
using Addends = std::shared_ptr<const std::vector<double>>;

/// A metric that is a formula of sums over samples, such as a mean or an F1: the formula's arguments are the sums of `addends`, in order.
/// Not finite if it is undefined.
struct Formula {
  std::int64_t samples = 0;
  std::vector<Addends> addends;
  std::function<double(std::span<const double> sums)> of_sums;

  /// With every sample counted once: summed in sample order.
  double value() const;
};

/// Sums are taken within patients once, so that a resample costs one pass over patients, independent of the number of samples.
class FiguresOfSums : public Figures {
 public:
  /// Addends used by several formulas (the same pointer) are summed once.
  FiguresOfSums(const std::vector<Formula>& formulas, const Patients& patients);

  std::size_t count() const override { return formulas_.size(); }
  void evaluate(const std::uint8_t* times, double* values) const override;
  std::vector<double> influences(std::size_t figure) const override;

 private:
  struct Placed {
    std::function<double(std::span<const double>)> of_sums;
    std::vector<std::size_t> columns;
  };

  std::size_t place(std::int64_t patient, std::size_t column) const;  // in the table

  std::vector<Placed> formulas_;
  std::int64_t patients_;
  std::size_t blocks_ = 0;      ///< of columns summed in one pass
  std::vector<double> table_;   ///< [blocks, patients, columns of a block]
  std::vector<double> totals_;  ///< of each column
};

}  // namespace galen::trainer
