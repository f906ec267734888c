#include "trainer/linear/linear_options.h"

#include "galen/option.h"
#include "models/catalogue.h"

namespace galen::trainer {

namespace {

Option of_regressions(Option option, const char* why) { return std::move(option).fixed(why).only_for({models::kRegressions}); }

}  // namespace

std::vector<Option> describe(PenaltyOptions& penalty) {
  using namespace options;
  constexpr char kOtherObjective[] = "it changes the objective";
  return {
      of_regressions(number("penalty.l2", penalty.l2, at_least(0),
                            "Ridge: half of it times the sum of squared coefficients of scaled columns is added to the summed loss "
                            "(1 / C of scikit-learn's LogisticRegression, alpha of its Ridge). There are no standard errors with it."),
                     kOtherObjective),
      of_regressions(
          number("penalty.l1", penalty.l1, at_least(0),
                 "Lasso: it times the sum of absolute coefficients of scaled columns is added; with penalty.l2 the elastic net."),
          kOtherObjective),
      flag("penalty.firth", penalty.firth,
           "Firth's penalty, for two classes: estimates are finite even if the usual ones are not, with standard errors.")
          .fixed(kOtherObjective)
          .only_for({"logistic"}),
  };
}

std::vector<Option> describe(InferenceOptions& inference) {
  using namespace options;
  constexpr char kOtherReport[] = "it changes the report, not the fit";
  return {
      choice("inference.covariance", inference.covariance,
             "Standard errors: from the model; robust (HC1); by patient, for several samples of a patient; auto: by patient if one has "
             "several, else from the model.")
          .may_change(kOtherReport)
          .only_for({models::kRegressions}),
      choice("inference.interval", inference.interval, "95 % intervals: by the standard error (Wald), or of the profile likelihood.")
          .may_change(kOtherReport)
          .only_for({models::kRegressions}),
  };
}

}  // namespace galen::trainer
