#include "trainer/learners.h"

#include "trainer/gradient/gradient_learner.h"
#include "trainer/linear/linear_learner.h"

#include <algorithm>
#include <string_view>
#include <vector>

namespace galen::trainer {

namespace {

GradientOptions gradient_options(const ExperimentOptions& options) { return {options.optimizer, options.schedule, options.comm}; }

const LearnerKind& gradient_descent() {
  static const LearnerKind kKind = {[](const ExperimentOptions& options) { check_gradient_options(gradient_options(options)); },
                                    [](const ExperimentOptions& options, Setting& setting) {
                                      return std::make_unique<GradientLearner>(gradient_options(options), setting);
                                    }};
  return kKind;
}

template <linear::Kind kKind>
const LearnerKind& regression() {
  static const LearnerKind kLearner = {[](const ExperimentOptions&) {},
                                       [](const ExperimentOptions& options, Setting& setting) {
                                         const RegressionOptions regression{options.penalty, options.inference};
                                         return std::make_unique<LinearLearner>(kKind, regression, setting);
                                       }};
  return kLearner;
}

struct Row {
  std::string_view model;  // its name; empty: all others, including TorchScript modules and the program's own models
  const LearnerKind& (*kind)();
};

const std::vector<Row> kLearners = {
    {"linear", regression<linear::Kind::kLinear>},
    {"logistic", regression<linear::Kind::kLogistic>},
    {"poisson", regression<linear::Kind::kPoisson>},
    {"", gradient_descent},
};

}  // namespace

LearnerKind learner_of(const std::string& model_name) {
  const auto row =
      std::find_if(kLearners.begin(), kLearners.end(), [&](const Row& known) { return known.model.empty() || known.model == model_name; });
  return row->kind();
}

}  // namespace galen::trainer
