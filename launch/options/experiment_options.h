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

/// What the command line says of it, before it is read: MPI starts first. Nothing where it says nothing, or nothing that can be read.
std::optional<double> given_deadline(const std::vector<std::string>& arguments);

/// The options that the checkpoint in `folder` was trained with. `key_file`: of its key, where it is encrypted.
trainer::ExperimentOptions read_experiment(const std::string& folder, const std::string& key_file = {});

/// Makes paths of files that the options name absolute, so that they hold from any folder.
void make_paths_absolute(trainer::ExperimentOptions& experiment);
std::string absolute_path(const std::string& path);  ///< empty stays empty

}  // namespace galen::launch
