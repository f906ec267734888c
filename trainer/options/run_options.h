#pragma once

#include "galen/option.h"
#include "trainer/options/experiment_options.h"

#include <map>
#include <string>
#include <vector>

namespace galen::trainer {

/// The options of a run, of every model. Each is described beside its struct; other descriptions are appended. The command line,
/// configuration files, --help, a run's config.cfg, a checkpoint's record and the check on resume are generated from them.
std::vector<Option> run_options(ExperimentOptions& experiment);

/// Those of the run's model: the contents of its configuration and its record.
std::vector<Option> run_options_of_model(ExperimentOptions& experiment);

/// Whether the configuration of a model lists the option: if it is for that model, or is in section [model], which networks share.
bool is_listed(const Option& option, const std::string& model);

/// Keys and values of run_options_of_model(), which a checkpoint records.
std::map<std::string, std::string> settings_of(const ExperimentOptions& options);

/// How long ranks wait for each other, in seconds: a key of every parallel command.
Option deadline_option(double& seconds);
options::Bounds deadline_bounds();

/// The value of model.name if the model is the program's own (see train()).
inline constexpr char kOwnModel[] = "own";

}  // namespace galen::trainer
