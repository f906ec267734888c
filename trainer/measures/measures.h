#pragma once

#include "trainer/measures/measure.h"
#include "trainer/measures/statistics/roc.h"
#include "trainer/measures/statistics/share.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace galen::trainer {

/// Mean of the areas that are defined.
Measure area_measure(std::string name, std::vector<std::shared_ptr<const Roc>> curves);

/// Mean of the shares whose question applies to any of the `samples`.
Measure share_measure(std::string name, std::vector<Question> questions, std::int64_t samples);

Measure formula_measure(std::string name, Formula formula, Direction direction);

Measure average_precision_measure(std::string name, std::shared_ptr<const Roc> roc);

/// f(sample) for each sample.
template <typename F>
Addends addends(std::int64_t samples, F f) {
  auto values = std::make_shared<std::vector<double>>();
  values->reserve(static_cast<std::size_t>(samples));
  for (std::int64_t sample = 0; sample < samples; ++sample) values->push_back(static_cast<double>(f(sample)));
  return values;
}

}  // namespace galen::trainer
