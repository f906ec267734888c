#pragma once

#include <limits>
#include <string>

namespace galen::trainer {

/// The method of a 95 % interval.
enum class Method {
  kNone,            ///< there is no interval
  kArea,            ///< logit of an area, by the clustered variance
  kAreaBound,       ///< logit of an area, by the largest possible variance, because the area does not vary between these patients
  kPerfectArea,     ///< an area of 1 or 0, by convention
  kWilson,          ///< a share
  kClopperPearson,  ///< a share
  kPrevalence,      ///< a predictive value at a given prevalence
  kBootstrap,
};

/// A 95 % interval. It always has a width: if that is not possible, there is no interval, and `absent` says why.
struct Interval {
  double low = std::numeric_limits<double>::quiet_NaN();
  double high = std::numeric_limits<double>::quiet_NaN();
  Method method = Method::kNone;
  std::string absent = {};  ///< why there is none, as the end of a sentence; empty also if the metric itself is undefined
};

/// The name in reports; empty for kNone.
std::string describe(Method method);

}  // namespace galen::trainer
