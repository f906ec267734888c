#pragma once

#include "comm/communicator.h"
#include "data/samples_in_memory.h"
#include "galen/inputs.h"
#include "models/model.h"
#include "trainer/checkpoint/manifest.h"
#include "trainer/device/device.h"
#include "trainer/evaluation/predictions.h"
#include "trainer/tasks/task.h"

#include <memory>
#include <string>
#include <vector>

namespace galen::trainer {

struct PredictorOptions {
  std::string checkpoint;     ///< Folder of a checkpoint, such as RUN/best.
  std::string key_file = {};  ///< Of its key, if it is encrypted.
  DeviceChoice device = DeviceChoice::kAuto;
  int threads = 0;        ///< Of the model, in the whole process; 0: OMP_NUM_THREADS, else as in the run.
  OwnTask own_task = {};  ///< The task of the model, if it is the program's own.
};

/// What comes out of a run: a model with its weights, the preparation of its inputs, and its task. Loaded from a checkpoint's folder, which
/// needs nothing beside it. One thread at a time.
class Predictor {
 public:
  /// `own_model`: the program's own; null: the model is built from the checkpoint. A checkpoint that is damaged, encrypted with another key
  /// or of another model or task throws galen::Error.
  explicit Predictor(const PredictorOptions& options, std::unique_ptr<models::Model> own_model = nullptr);

  /// On a rank of `world`, with its own device. Collective.
  Predictor(const PredictorOptions& options, comm::Communicator& world, std::unique_ptr<models::Model> own_model = nullptr);

  /// Scores of samples in memory, [n, task().score_names()]: probabilities, or values in the target's own units; f64 for f64 models, else
  /// f32; on the CPU. They have the bits that `galen predict` writes for the same samples in a file, in the same order: forward passes are
  /// of Manifest::evaluation_batch samples, and another number in a pass may change the last bits of a network's scores.
  ///
  /// `samples`: an entry for each of inputs(), in their order, with values as stored in a data set (see data::prepare()); a tensor alone is
  /// the only input. Throws galen::Error for samples of another shape or type, and for a missing value that makes a score NaN.
  at::Tensor scores(const Inputs& samples);

  const Task& task() const { return *task_; }
  const std::shared_ptr<const Task>& shared_task() const { return task_; }
  const std::vector<InputRecord>& inputs() const { return manifest_.inputs; }  ///< shapes, names of features, vocabularies
  const Manifest& manifest() const { return manifest_; }
  const std::string& device() const { return compute_.words; }      ///< see ComputeDevice::words
  const std::vector<std::string>& notes() const { return notes_; }  ///< for the user, a sentence each

  /// For predict(), on a data set.
  models::Model& model() { return *model_; }
  const std::vector<data::Preparation>& preparations() const { return preparations_; }
  at::Device compute_device() const { return compute_.device; }

 private:
  data::InputForm form_of(std::size_t input) const;
  Inputs prepared(const Inputs& samples) const;

  Manifest manifest_;
  std::string checkpoint_;
  ComputeDevice compute_;
  std::vector<data::Preparation> preparations_;
  std::unique_ptr<models::Model> model_;
  std::shared_ptr<const Task> task_;
  std::vector<std::string> notes_;
};

}  // namespace galen::trainer
