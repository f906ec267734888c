#include "trainer/linear/linear_options.h"

#include "galen/option.h"
#include "models/catalogue.h"

namespace galen::trainer {

namespace {

Option of_regressions(Option option, const char* why) { return std::move(option).fixed(why).only_for({models::kRegressions}); }

}  // namespace

std::vector<Option> describe(PenaltyOptions& penalty) {
  using namespace options;
  constexpr char kOtherObjective[] = "something else would be minimised from here on";
  return {
      of_regressions(number("penalty.l2", penalty.l2, at_least(0),
                            "Ridge: half of it times the squared length of the coefficients of scaled columns is added to the summed loss "
                            "(1 / C of scikit-learn's LogisticRegression, alpha of its Ridge). Leaves no standard errors."),
                     kOtherObjective),
      of_regressions(number("penalty.l1", penalty.l1, at_least(0),
                            "Lasso: likewise, it times the sum of their absolute values; with penalty.l2 the elastic net."),
                     kOtherObjective),
      flag("penalty.firth", penalty.firth,
           "Firth's penalty, for two classes: finite estimates where the usual ones are not, with standard errors.")
          .fixed(kOtherObjective)
          .only_for({"logistic"}),
  };
}

std::vector<Option> describe(InferenceOptions& inference) {
  using namespace options;
  constexpr char kOtherReport[] = "it changes the report, and not the fit";
  return {
      choice("inference.covariance", inference.covariance,
             "Standard errors: from the model; robust (HC1); by patient, for several samples of a patient; auto: by patient where one has "
             "several, else from the model.")
          .may_change(kOtherReport)
          .only_for({models::kRegressions}),
      choice("inference.interval", inference.interval, "95 % intervals: by the standard error (Wald), or of the profile likelihood.")
          .may_change(kOtherReport)
          .only_for({models::kRegressions}),
  };
}

}  // namespace galen::trainer
