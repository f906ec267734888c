#pragma once

#include "trainer/experiment.h"

#include <map>
#include <string>
#include <vector>

namespace galen::trainer {

/// What an option of a run is to one that goes on with it.
enum class OnResume {
  kMayChange,  ///< what is learnt does not depend on it: how long, how fast, where and how often
  kLastBits,   ///< likewise but for rounding: a note says that results may differ in their last bits
  kFixed,      ///< refused where its value is another
  kDerived,    ///< may be said otherwise where what follows from it is the same: see ResumeRule::part
};

/// What follows from options, and is compared itself (same_run.h).
enum class RunPart { kNone, kData, kSplit, kPreparation, kTask, kLanes };

/// How one option of a run behaves on resume.
struct ResumeRule {
  const char* key;  ///< as the command line has it
  OnResume on_resume;
  RunPart part;                                            ///< of a kDerived one: what follows from it
  const char* why;                                         ///< the reason, as the second half of a sentence
  std::string (*value)(const ExperimentOptions& options);  ///< as the command line takes it
};

/// One for every option of a run; tests/launch/resume_rules_test holds them against the command's.
const std::vector<ResumeRule>& resume_rules();

/// All options that have a rule, key by key: what a checkpoint keeps of them.
std::map<std::string, std::string> settings_of(const ExperimentOptions& options);

/// What stands for model.name where the model is the program's own (see train()).
inline constexpr char kOwnModel[] = "own";

}  // namespace galen::trainer
