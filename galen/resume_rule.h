#pragma once

#include <string>

namespace galen {

/// Whether a resumed run may have another value of an option.
enum class OnResume {
  kUndecided,  ///< not an option of a run
  kMayChange,  ///< the result does not depend on it: how long, how fast, where and how often
  kLastBits,   ///< as kMayChange except for rounding: a note says that results may differ in their last bits
  kFixed,      ///< another value is refused
  kDerived,    ///< another value is accepted if the derived part is the same: see ResumeRule::part
};

/// A part of a run that is derived from options and compared itself.
enum class RunPart { kNone, kData, kSplit, kPreparation, kTask, kLanes };

/// How one option of a run behaves on resume.
struct ResumeRule {
  OnResume on_resume = OnResume::kUndecided;
  RunPart part = RunPart::kNone;  ///< for kDerived: what is derived from it
  std::string why = {};           ///< the reason, as the second half of a sentence
};

}  // namespace galen
