#pragma once

#include "launch/options/option.h"
#include "trainer/experiment.h"

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace galen::launch {

std::chrono::milliseconds to_milliseconds(double seconds);

/// comm.deadline on the command line, before it is parsed, because MPI starts first. None if it is missing or invalid.
std::optional<double> given_deadline(const std::vector<std::string>& arguments);

/// The options of the run that wrote the checkpoint in `folder`. `key_file`: of its key, if it is encrypted.
trainer::ExperimentOptions read_experiment(const std::string& folder, const std::string& key_file = {});

/// Makes file paths in the options absolute, so that they are valid in any folder.
void make_paths_absolute(trainer::ExperimentOptions& experiment);
std::string absolute_path(const std::string& path);  ///< empty stays empty

}  // namespace galen::launch
