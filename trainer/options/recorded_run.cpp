#include "trainer/options/recorded_run.h"

#include "galen/error.h"
#include "trainer/options/run_options.h"

namespace galen::trainer {

ExperimentOptions recorded_options(const std::map<std::string, std::string>& record, const std::string& folder) {
  ExperimentOptions experiment;
  if (record.empty()) {
    throw Error(
        "{}: does not record how it was trained: by another program, with an older galen. Apply it in that program, with "
        "trainer::Predictor and the model.",
        folder);
  }
  if (const auto name = record.find("model.name"); name != record.end() && name->second == kOwnModel) {
    throw Error(
        "{}: is of a model defined in the program that trained it, which galen cannot build. Apply it in that program, with "
        "trainer::Predictor and the model, or train the model as TorchScript (model.name = file:NET.pt).",
        folder);
  }
  for (const Option& option : run_options(experiment)) {
    const auto entry = record.find(option.key);
    if (entry != record.end() && !option.set(entry->second)) {
      throw Error("{}: the checkpoint was trained with {} = {}, which this version of galen does not know. Use the version that wrote it.",
                  folder, option.key, entry->second);
    }
  }
  experiment.record = record;
  return experiment;
}

}  // namespace galen::trainer
