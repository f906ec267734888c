#pragma once

#include "comm/communicator.h"
#include "trainer/linear/fit.h"

#include <cstdint>
#include <string>
#include <vector>

namespace galen::trainer {

/// What to fit to which table.
struct RegressionBenchOptions {
  std::string file;  ///< An HDF5 table; all of its samples are fitted to.
  linear::Kind kind = linear::Kind::kLogistic;
  double l2 = 0;  ///< Penalties are on coefficients of the columns as they are.
  double l1 = 0;
  bool errors = false;  ///< Standard errors belong to the fit.
  int rounds = 3;
  int threads = 0;  ///< of a rank; 0: OMP_NUM_THREADS, else 1
};

struct RegressionMeasurement {
  std::int64_t rows = 0, columns = 0;
  std::vector<double> seconds = {};          ///< [rounds]: from a table in memory to coefficients, by the wall clock
  std::vector<double> processor = {};        ///< [rounds]: the processor's time of all ranks together
  std::int64_t iterations = 0;               ///< rounds of the solver
  double largest_gradient = 0;               ///< at the last point but one: how far the conditions of an optimum are from being met
  std::vector<double> coefficients = {};     ///< [outputs · (1 + columns)]: see linear::Fit::coefficients()
  std::vector<double> standard_errors = {};  ///< likewise, where they were asked for
};

/// Loads the table, and fits it so many times. The file's errors are galen::Error, options that do not fit it galen::UsageError.
/// Collective; the same on every rank.
RegressionMeasurement measure_regression(const RegressionBenchOptions& options, comm::Communicator& world);

}  // namespace galen::trainer
