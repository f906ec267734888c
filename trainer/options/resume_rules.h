#pragma once

#include "galen/resume_rule.h"
#include "trainer/options/experiment_options.h"

#include <map>
#include <string>
#include <vector>

namespace galen::trainer {

/// How one option of a run behaves on resume.
struct ResumeRule {
  std::string key;  ///< as the command line has it
  OnResume on_resume;
  RunPart part;                                            ///< of a kDerived one: what follows from it
  std::string why;                                         ///< the reason, as the second half of a sentence
  std::string (*value)(const ExperimentOptions& options);  ///< as the command line takes it
};

/// One for every option of a run; tests/launch/options/resume_rules_test holds them against the command's.
const std::vector<ResumeRule>& resume_rules();

/// All options that have a rule, key by key: what a checkpoint keeps of them.
std::map<std::string, std::string> settings_of(const ExperimentOptions& options);

/// What stands for model.name where the model is the program's own (see train()).
inline constexpr char kOwnModel[] = "own";

}  // namespace galen::trainer
