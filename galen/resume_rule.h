#pragma once

#include <string>

namespace galen {

/// What an option of a run is to one that goes on with it.
enum class OnResume {
  kUndecided,  ///< not an option of a run
  kMayChange,  ///< what is learnt does not depend on it: how long, how fast, where and how often
  kLastBits,   ///< likewise but for rounding: a note says that results may differ in their last bits
  kFixed,      ///< refused where its value is another
  kDerived,    ///< may be given in another way where what follows from it is the same: see ResumeRule::part
};

/// What follows from options and is compared itself.
enum class RunPart { kNone, kData, kSplit, kPreparation, kTask, kLanes };

/// How one option of a run behaves on resume.
struct ResumeRule {
  OnResume on_resume = OnResume::kUndecided;
  RunPart part = RunPart::kNone;  ///< of a kDerived one: what follows from it
  std::string why = {};           ///< the reason, as the second half of a sentence
};

}  // namespace galen
