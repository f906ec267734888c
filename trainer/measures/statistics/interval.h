#pragma once

#include <limits>
#include <string>

namespace galen::trainer {

/// How a 95 % interval was found.
enum class Method {
  kNone,            ///< there is no interval
  kArea,            ///< logit of an area, by the clustered variance
  kAreaBound,       ///< the same by the largest variance that an area can have, as it does not vary between these patients
  kPerfectArea,     ///< an area of 1 or 0, by convention
  kWilson,          ///< a share
  kClopperPearson,  ///< a share
  kPrevalence,      ///< a predictive value at a given prevalence
  kBootstrap,
};

/// A 95 % interval. It always has a width: where none can be found, there is none, and `absent` says why.
struct Interval {
  double low = std::numeric_limits<double>::quiet_NaN();
  double high = std::numeric_limits<double>::quiet_NaN();
  Method method = Method::kNone;
  std::string absent = {};  ///< why there is none, as the end of a sentence; empty also where the figure itself is undefined
};

/// As reports name it; empty for kNone.
std::string describe(Method method);

}  // namespace galen::trainer
