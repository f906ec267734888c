#pragma once

#include "trainer/linear/inference.h"

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace galen::trainer::linear {

/// The table of coefficients that is printed at the end of a run: a heading, for each linear predictor one line for each column, the
/// columns left out, and notes. Lines end with a newline. A long table is truncated, with a note.
std::string report_text(const Fit& fit, const Inference& inference);

/// The same in full, for findings.json: per unit and per standard deviation of each column, and the covariance of all coefficients. Unknown
/// values are null; an infinite end of an interval is "inf" or "-inf".
nlohmann::ordered_json report_json(const Fit& fit, const Inference& inference);

/// Why a column has no coefficient: "radius_twice is left out: it is a combination of radius_mean and texture_mean."
std::vector<std::string> left_out(const Fit& fit, const Inference& inference);

/// "Logistic regression".
std::string name_of(Kind kind);

}  // namespace galen::trainer::linear
