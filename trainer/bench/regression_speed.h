#pragma once

#include "comm/communicator.h"
#include "trainer/linear/fit.h"

#include <cstdint>
#include <string>
#include <vector>

namespace galen::trainer {

/// The regression, and its table.
struct RegressionBenchOptions {
  std::string file;  ///< An HDF5 table; all of its samples are used.
  linear::Kind kind = linear::Kind::kLogistic;
  double l2 = 0;  ///< Penalties are on coefficients of unscaled columns.
  double l1 = 0;
  bool errors = false;  ///< Whether to compute standard errors.
  int rounds = 3;
  int threads = 0;  ///< of a rank; 0: OMP_NUM_THREADS, else 1
};

struct RegressionMeasurement {
  std::int64_t rows = 0, columns = 0;
  std::vector<double> seconds = {};          ///< [rounds]: wall-clock time from a table in memory to coefficients
  std::vector<double> processor = {};        ///< [rounds]: processor time of all ranks together
  std::int64_t iterations = 0;               ///< rounds of the solver
  double largest_gradient = 0;               ///< at the last point but one; 0 at an optimum
  std::vector<double> coefficients = {};     ///< [outputs · (1 + columns)]: see linear::Fit::coefficients()
  std::vector<double> standard_errors = {};  ///< in the same layout, if requested
};

/// Loads the table, and fits it repeatedly. Throws galen::Error for errors of the file, galen::UsageError for options that do not fit it.
/// Collective; the result is the same on every rank.
RegressionMeasurement measure_regression(const RegressionBenchOptions& options, comm::Communicator& world);

}  // namespace galen::trainer
