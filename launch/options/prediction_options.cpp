#include "launch/options/prediction_options.h"

#include "galen/error.h"
#include "launch/options/experiment_options.h"
#include "trainer/options/run_options.h"

#include <algorithm>
#include <array>
#include <filesystem>

namespace galen::launch {

namespace {

std::string checkpoint_in(const std::string& folder) {
  const std::filesystem::path path(folder);
  return !exists(path / "manifest.json") && exists(path / "best" / "manifest.json") ? (path / "best").string() : folder;
}

// "test", or "/fold:test".
Option samples_to_use(trainer::DatasetPredictionOptions& prediction) {
  const auto set = [&prediction](const std::string& value) {
    const std::size_t colon = value.rfind(':');
    const std::string subset = colon == std::string::npos ? value : value.substr(colon + 1);
    constexpr std::array kSubsets = {"train", "validation", "test", "all"};
    if (colon == 0 || std::find(kSubsets.begin(), kSubsets.end(), subset) == kSubsets.end()) return false;
    prediction.subset = subset;
    if (colon != std::string::npos) prediction.dataset.split = value.substr(0, colon);
    return true;
  };
  const auto get = [&prediction] { return prediction.subset; };
  return {"data.split",
          "The samples to use; ARRAY:test reads the split from that dataset, as data.split does in training.",
          "one of train, validation, test, all, or ARRAY:train and so on",
          false,
          set,
          get};
}

}  // namespace

std::vector<Option> prediction_options(trainer::DatasetPredictionOptions& prediction) {
  std::vector<Option> options = {
      text("checkpoint", prediction.checkpoint, "Folder of a checkpoint, such as RUN/best."),
      text("checkpoint.key_file", prediction.key_file, "File of the key, if the checkpoint is encrypted."),
      samples_to_use(prediction),
  };
  for (Option& option : describe(prediction.dataset)) {
    if (option.key == "data.split") continue;
    option.meaning += " Default: as in training.";
    options.push_back(std::move(option));
  }
  options.push_back(
      choice("device", prediction.device, "Where to compute; auto: cuda if every rank has a driver and its own GPU, else cpu."));
  options.push_back(trainer::deadline_option(prediction.deadline));
  options.push_back(number("batch", prediction.batch, at_least(0),
                           "Samples in a forward pass; 0: as in the run's own evaluation, so that the bits are the same."));
  options.push_back(number("threads", prediction.threads, at_least(0),
                           "Threads of a worker that run the model; 0: OMP_NUM_THREADS, else as in the run."));
  for (Option& option : describe_resources(prediction.loading)) options.push_back(std::move(option));
  return options;
}

void read_prediction(Configuration& configuration, const CommandLine& line, trainer::DatasetPredictionOptions& prediction,
                     trainer::IntervalOptions& intervals) {
  configuration.read(line);
  if (prediction.checkpoint.empty())
    throw UsageError("--checkpoint is missing. Name the folder of a checkpoint, such as --checkpoint runs/quickstart/best");
  prediction.checkpoint = checkpoint_in(prediction.checkpoint);
  const std::string checkpoint = prediction.checkpoint;

  const trainer::ExperimentOptions trained = read_experiment(checkpoint, prediction.key_file);
  prediction.dataset = trained.dataset;
  prediction.split = trained.split;
  prediction.loading = trained.loading;
  intervals = trained.intervals;
  configuration.read(line);  // again: given values override those of the checkpoint
  const bool same_data = prediction.dataset.file == trained.dataset.file;
  if (!same_data && !configuration.written().contains("data.external")) prediction.dataset.external = data::hdf5::External::kRefuse;
  prediction.checkpoint = checkpoint;
}

void tell_notes(const trainer::DatasetPrediction& prediction) {
  fmt::print("device: {}\n", prediction.device);
  for (const std::string& note : prediction.notes) fmt::print("note: {}\n", note);
}

}  // namespace galen::launch
