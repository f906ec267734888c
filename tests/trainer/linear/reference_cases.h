#pragma once

#include "comm/communicator.h"
#include "trainer/linear/fit.h"
#include "trainer/linear/linear_options.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace galen::test {

/// Samples in order, as a fit gets them.
struct SmallTable {
  std::int64_t columns = 0;
  std::vector<double> values = {};
  std::vector<double> targets = {};
  std::vector<std::int64_t> patients = {};
};

/// A regression and the results of an independent package (make_references.py).
struct ReferenceCase {
  std::string name;
  SmallTable table;
  trainer::linear::FitSpecification specification = {};
  trainer::InferenceOptions options = {};
  std::map<std::string, std::vector<double>> figures = {};  ///< NaN: not known
  double tolerance = 1e-8;                                  ///< relative, of coefficients and errors
};

/// Those of references.json.
std::vector<ReferenceCase> reference_cases();

/// Wisconsin breast cancer, from scikit-learn's package: these columns of its 30, and 1 where malignant.
SmallTable breast_cancer(const std::vector<std::int64_t>& columns);

/// The lanes of this rank, of 256.
trainer::TableRows rows_of_rank(const SmallTable& table, const comm::Communicator& communicator);

/// "x1", "x2" …
std::vector<std::string> column_names(std::int64_t columns);

}  // namespace galen::test
