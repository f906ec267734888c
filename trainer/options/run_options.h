#pragma once

#include "galen/option.h"
#include "trainer/options/experiment_options.h"

#include <map>
#include <string>
#include <vector>

namespace galen::trainer {

/// The options of a run, of every model. Each is described beside its struct; what another struct describes is appended here. The command
/// line, configuration files, --help, a run's config.cfg, a checkpoint's record and the check on resume are made from them.
std::vector<Option> run_options(ExperimentOptions& experiment);

/// Those that belong to the run's model: what its configuration and its record hold.
std::vector<Option> run_options_of_model(ExperimentOptions& experiment);

/// Whether the configuration of a model lists the option: it is for that model, or is one of section [model], which networks share.
bool is_listed(const Option& option, const std::string& model);

/// Key and value of run_options_of_model(): what a checkpoint keeps of them.
std::map<std::string, std::string> settings_of(const ExperimentOptions& options);

/// How long ranks wait for each other, in seconds: a key of every command that runs on several.
Option deadline_option(double& seconds);
options::Bounds deadline_bounds();

/// What stands for model.name where the model is the program's own (see train()).
inline constexpr char kOwnModel[] = "own";

}  // namespace galen::trainer
