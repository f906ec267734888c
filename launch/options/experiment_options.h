#pragma once

#include "launch/options/option.h"
#include "trainer/experiment.h"

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace galen::launch {

/// The table of all keys of a training run. It is what the command line, configuration files, --help, --print-config, a run's config.cfg
/// and a checkpoint's record are made from: a new knob is one line there.
std::vector<Option> experiment_options(trainer::ExperimentOptions& experiment);

/// Keys of the data set that is read, for commands that take one.
std::vector<Option> dataset_options(data::DatasetOptions& dataset);

/// Whether files may take elements from files outside their own folder.
Option external_files(std::string key, data::hdf5::External& external, std::string meaning);

/// How long ranks wait for each other, in seconds: a key of every command that runs on several.
Option deadline_option(double& seconds);
std::chrono::milliseconds to_milliseconds(double seconds);

/// What the command line says of it, before it is read: MPI starts first. Nothing where it says nothing, or nothing that can be read.
std::optional<double> given_deadline(const std::vector<std::string>& arguments);

/// Keys of how samples are brought from the file to the model, with the same outcome.
std::vector<Option> loading_options(data::LoadingOptions& loading);

/// Keys of a report's intervals, for commands that make one.
std::vector<Option> interval_options(trainer::IntervalOptions& intervals);

/// Key → value of all options.
std::map<std::string, std::string> record_of(const std::vector<Option>& options);

/// The options that the checkpoint in `folder` was trained with. `key_file`: of its key, where it is encrypted.
trainer::ExperimentOptions read_experiment(const std::string& folder, const std::string& key_file = {});

/// Makes paths of files that the options name absolute, so that they hold from any folder.
void make_paths_absolute(trainer::ExperimentOptions& experiment);
std::string absolute_path(const std::string& path);  ///< empty stays empty

}  // namespace galen::launch
