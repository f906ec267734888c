#pragma once

#include <string>

namespace galen::trainer {

/// Results of a learner other than its predictions: coefficients with their intervals, importances. Both empty: none.
struct Findings {
  std::string text = {};  ///< lines for the terminal, each with a newline
  std::string json = {};  ///< one JSON document: RUN/findings.json
};

}  // namespace galen::trainer
