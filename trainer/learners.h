#pragma once

#include "trainer/learner/learner.h"
#include "trainer/learner/setting.h"
#include "trainer/options/experiment_options.h"

#include <functional>
#include <memory>
#include <string>

namespace galen::trainer {

/// Makes a learner on a prepared setting, which outlives it. Collective.
using LearnerMaker = std::function<std::unique_ptr<Learner>(const ExperimentOptions& options, Setting& setting)>;

/// How a model is fitted.
struct LearnerKind {
  std::function<void(const ExperimentOptions&)> check;  ///< refuses options that contradict each other, before anything is read
  LearnerMaker make;
};

/// The entry for the model of that name.
LearnerKind learner_of(const std::string& model_name);

}  // namespace galen::trainer
