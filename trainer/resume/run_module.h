#pragma once

#include "trainer/checkpoint/checkpoint.h"
#include "trainer/options/experiment_options.h"

#include <memory>
#include <string>

namespace galen::trainer {

/// The TorchScript module that a run trains, where model.name names one.
struct RunModule {
  std::shared_ptr<const std::string> bytes;  ///< of its file; null: none is named, or there is no such file
  std::string note;                          ///< what has to be said of where they come from; else empty
};

/// A run that is resumed goes on with the module of its newest sound checkpoint, whatever became of the file that model.name names. On
/// each process for itself.
RunModule module_of_run(const ExperimentOptions& options);

/// The module of a saved model; a checkpoint that holds none, as older versions wrote them, has it where model.name says.
RunModule module_of_checkpoint(const Checkpoint& checkpoint, const models::ModelOptions& model);

}  // namespace galen::trainer
