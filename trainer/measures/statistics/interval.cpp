#include "trainer/measures/statistics/interval.h"

namespace galen::trainer {

std::string describe(Method method) {
  switch (method) {
    case Method::kNone:
      return "";
    case Method::kArea:
      return "DeLong's variance summed within patients (Obuchowski 1997), on the logit";
    case Method::kAreaBound:
      return "the largest variance of such an area, AUC (1 - AUC) / m, on the logit, as nothing varies between these patients; m: patients "
             "of the rarer side";
    case Method::kPerfectArea:
      return "from 0.025^(1/m) to 1 (mirrored for 0), a convention; m: patients of the rarer side";
    case Method::kWilson:
      return "Wilson on the effective number of cases";
    case Method::kClopperPearson:
      return "Clopper-Pearson on the effective number of cases";
    case Method::kPrevalence:
      return "Bayes at the given prevalence, delta method on the logit";
    case Method::kBootstrap:
      return "bootstrap over patients, BCa";
  }
  return "";
}

}  // namespace galen::trainer
