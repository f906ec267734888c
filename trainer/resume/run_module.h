#pragma once

#include "trainer/checkpoint/checkpoint.h"
#include "trainer/options/experiment_options.h"

#include <memory>
#include <string>

namespace galen::trainer {

/// The TorchScript module that a run trains, if model.name names one.
struct RunModule {
  std::shared_ptr<const std::string> bytes;  ///< of its file; null: none is named, or the file does not exist
  std::string note;                          ///< a note on their origin for the user; else empty
};

/// A resumed run uses the module of its newest valid checkpoint, even if the file that model.name names was changed or removed. Each
/// process reads it separately.
RunModule module_of_run(const ExperimentOptions& options);

/// The module of a saved model. For a checkpoint of an older version, which has none, it is read from model.name.
RunModule module_of_checkpoint(const Checkpoint& checkpoint, const models::ModelOptions& model);

}  // namespace galen::trainer
