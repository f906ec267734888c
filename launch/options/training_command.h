#pragma once

#include "launch/options/configuration.h"
#include "trainer/experiment.h"
#include "trainer/options/run_options.h"

#include <string>
#include <vector>

namespace galen::launch {

/// The options of `galen train` other than those of the run.
struct TrainingSwitches {
  bool resume = false;
  bool overwrite = false;
  bool print_config = false;
  bool quiet = false;
};

std::vector<Option> training_switches(TrainingSwitches& switches);

/// Reads `galen train`'s arguments, and the configuration file that they name, into `configuration`, whose options are
/// trainer::run_options(), and `switched`, whose options are training_switches(). Throws galen::UsageError for mistakes and for keys of
/// another model; the configuration then has only the options of its model.
CommandLine read_training_line(const std::vector<std::string>& arguments, Configuration& configuration, Configuration& switched);

/// Sets the run's folder if the command line does not: that of the run whose config.cfg was named, at its present place, else the one in
/// the configuration, else one under runs/ named after the configuration.
void choose_run_folder(trainer::ExperimentOptions& experiment, const Configuration& configuration, const CommandLine& line);

/// Throws galen::UsageError if options are missing, or exclude each other.
void check_training(const trainer::ExperimentOptions& experiment, const TrainingSwitches& switches);

}  // namespace galen::launch
