#pragma once

#include <string>

namespace galen::trainer {

/// What a learner found beside its predictions: coefficients with their intervals, importances. Both empty: nothing.
struct Findings {
  std::string text = {};  ///< lines for the terminal, each with its end
  std::string json = {};  ///< one JSON document: RUN/findings.json
};

}  // namespace galen::trainer
