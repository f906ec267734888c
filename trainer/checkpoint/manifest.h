#pragma once

#include "data/preparation/preparation.h"
#include "data/preparation/value_statistics.h"
#include "data/sampling/split.h"
#include "trainer/run/training_state.h"
#include "trainer/samples/subset_digests.h"
#include "trainer/tasks/task.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace galen::trainer {

/// The files of a checkpoint, or of a part of it: name → XXH3-128 of its bytes as 32 hex digits.
using FileDigests = std::map<std::string, std::string>;

/// What a checkpoint says of one input.
struct InputRecord {
  std::string name = {};                        ///< of the array; empty in older checkpoints
  std::vector<std::int64_t> shape = {};         ///< of one sample, not yet prepared
  data::Preparation preparation = {};           ///< new data is prepared as the training data was
  data::ValueStatistics values = {};            ///< of training samples as stored; none in older checkpoints, and for texts
  std::vector<std::string> feature_names = {};  ///< of a table's columns; else empty

  /// What turned its texts into token ids; none where its samples are numbers.
  std::optional<data::Vocabulary> vocabulary = {};
};

/// Of each input of a data set, as it was prepared and with the values of its training split.
std::vector<InputRecord> records_of_inputs(const data::Dataset& dataset, const std::vector<data::Preparation>& preparations,
                                           const std::vector<data::ValueStatistics>& values);

/// What a checkpoint says beside its tensors. Written last: it makes the checkpoint valid.
struct Manifest {
  std::string program_version;
  TrainingState state;

  std::uint64_t seed = 0;
  std::int64_t lanes = 1;  ///< fixed for the life of a run: another number would be another run
  int world_size = 1;      ///< of the run that wrote it; free to change
  int threads = 1;         ///< a worker; another number may change bits

  std::int64_t evaluation_batch = 256;  ///< samples a forward pass of validation and test, likewise; 256 in older checkpoints
  std::string device;
  std::string arithmetic;  ///< Arithmetic::description; empty in older checkpoints
  std::string dataset_digest;

  std::vector<InputRecord> inputs = {InputRecord()};  ///< at least one
  std::int64_t outputs = 1;                           ///< of the model
  TaskOptions task;                                   ///< as resolve() gave them
  std::vector<std::string> names;                     ///< of its classes, labels or values

  std::string module;  ///< digest_of_module() of the TorchScript module that is trained; empty: none, or an older checkpoint's

  std::map<std::string, std::string> record;  ///< the run's configuration, key by key

  /// What a run that goes on must have in common with this one, beside what stands above; see same_run.h. Absent in checkpoints of
  /// older versions, which can be applied, but not gone on with.
  std::map<std::string, std::string> settings = {};  ///< settings_of() its options
  data::SplitOptions split = {};
  SubsetDigests subsets = {};
  std::string content = {};  ///< data::ContentProbe::digest() of its data

  FileDigests digests;  ///< of the checkpoint's files
};

std::string to_text(const Manifest& manifest);

/// `where` names the file in errors. Text that is no manifest throws galen::Error.
Manifest parse_manifest(const std::string& text, const std::string& where);

}  // namespace galen::trainer
