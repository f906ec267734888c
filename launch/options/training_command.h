#pragma once

#include "launch/options/configuration.h"
#include "trainer/experiment.h"
#include "trainer/options/run_options.h"

#include <string>
#include <vector>

namespace galen::launch {

/// What `galen train` is given beside the run's own options.
struct TrainingSwitches {
  bool resume = false;
  bool overwrite = false;
  bool print_config = false;
  bool quiet = false;
};

std::vector<Option> training_switches(TrainingSwitches& switches);

/// Reads `galen train`'s arguments, and the configuration file that they name, into `configuration`, whose options are
/// trainer::run_options(), and `switched`, whose options are training_switches(). Mistakes throw galen::UsageError, and so
/// does a key that belongs to another model; the configuration keeps the options of its model alone.
CommandLine read_training_line(const std::vector<std::string>& arguments, Configuration& configuration, Configuration& switched);

/// Sets the run's folder where the command line does not: that of the run whose own config.cfg was named, wherever it lies now, else what
/// the configuration says, else one under runs/ that is named after the configuration.
void choose_run_folder(trainer::ExperimentOptions& experiment, const Configuration& configuration, const CommandLine& line);

/// Throws galen::UsageError where options are missing, or exclude each other.
void check_training(const trainer::ExperimentOptions& experiment, const TrainingSwitches& switches);

}  // namespace galen::launch
