#pragma once

#include "data/preparation/preparation.h"
#include "data/preparation/value_statistics.h"
#include "data/sampling/split.h"
#include "trainer/run/training_state.h"
#include "trainer/samples/subset_digests.h"
#include "trainer/tasks/task_options.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace galen::trainer {

/// The files of a checkpoint, or of a part of it: name → XXH3-128 of its bytes as 32 hex digits.
using FileDigests = std::map<std::string, std::string>;

/// The description of one input.
struct InputRecord {
  std::string name = {};                        ///< of the array; empty in older checkpoints
  std::vector<std::int64_t> shape = {};         ///< of one sample, before preparation
  data::Preparation preparation = {};           ///< new data is prepared in the same way
  data::ValueStatistics values = {};            ///< of training samples as stored; empty in older checkpoints, and for texts
  std::vector<std::string> feature_names = {};  ///< names of a table's columns; else empty

  /// The vocabulary that turns its texts into token ids; none if its samples are numbers.
  std::optional<data::Vocabulary> vocabulary = {};
};

/// The record of each input of a data set, with its preparation and the values of its training split.
std::vector<InputRecord> records_of_inputs(const data::Dataset& dataset, const std::vector<data::Preparation>& preparations,
                                           const std::vector<data::ValueStatistics>& values);

/// The contents of a checkpoint other than its tensors. Written last: it makes the checkpoint valid.
struct Manifest {
  std::string program_version;
  TrainingState state;

  std::uint64_t seed = 0;
  std::int64_t lanes = 1;  ///< fixed for the whole run, because it changes the results
  int world_size = 1;      ///< of the run that wrote it; may change on resuming
  int threads = 1;         ///< per worker; another number may change bits

  std::int64_t evaluation_batch = 256;  ///< samples a forward pass of evaluations; another number may change bits; 256 in older checkpoints
  std::string device;
  std::string arithmetic;  ///< Arithmetic::description; empty in older checkpoints
  std::string dataset_digest;

  std::vector<InputRecord> inputs = {InputRecord()};  ///< at least one
  std::int64_t outputs = 1;                           ///< number of the model's outputs
  TaskOptions task;                                   ///< as returned by resolve()
  std::vector<std::string> names;                     ///< names of its classes, labels or values

  std::string module;  ///< digest_of_module() of the trained TorchScript module; empty: none, or an older checkpoint

  std::map<std::string, std::string> record;  ///< the run's configuration, key by key

  /// What a resumed run must have in common with this one, in addition to the fields above; see same_run.h. Missing in checkpoints of older
  /// versions, which can be applied but not resumed.
  std::map<std::string, std::string> settings = {};  ///< settings_of() the run's options
  data::SplitOptions split = {};
  SubsetDigests subsets = {};
  std::string content = {};  ///< data::ContentProbe::digest() of the data

  FileDigests digests;  ///< of the checkpoint's files
};

std::string to_text(const Manifest& manifest);

/// `where` names the file in errors. Text that is not a manifest throws galen::Error.
Manifest parse_manifest(const std::string& text, const std::string& where);

}  // namespace galen::trainer
