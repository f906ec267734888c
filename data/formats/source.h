#pragma once

#include "data/files/dataset_writer.h"
#include "data/sampling/split.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace galen::data {

/// One sample of a source, to be filled.
struct SourceSample {
  at::Tensor input;  ///< [sample shape…] of the described type
  at::Tensor mask;   ///< [sample shape without channels] u8; undefined unless description.has_mask

  /// What the user should know of this sample, one sentence each: numbers that are none, or were changed. They become warnings.
  std::vector<std::string> notes;
};

/// A data set in another format, opened and checked: everything but the samples is in memory. What every format's open function returns.
struct Source {
  DatasetDescription description;       ///< all but provenance and compression
  at::Tensor targets;                   ///< [N] i64 or [N, K] f32, of regression maybe f64, as description.task says; undefined: unlabelled
  std::vector<std::string> types;       ///< see ImportReport
  std::vector<std::string> group_ids;   ///< empty: every sample a patient of its own
  std::vector<std::string> sample_ids;  ///< empty: none
  std::vector<Subset> split;            ///< the source's own; empty: it has none
  at::Tensor spacing;                   ///< [N, spatial dimensions] f32 mm, NaN: not known; undefined: of none
  std::vector<std::string> study_dates;   ///< true ones, YYYYMMDD or empty; written only where they are to be shifted. Empty: none
  std::vector<std::string> classes_like;  ///< names of the classes of TableOptions::like, by number. Empty: none
  std::vector<std::string> warnings;
  std::vector<std::string> skipped;  ///< files that could not even be listed as samples (bad header …), one sentence each

  /// Called once, when the split is known and before the first read: for what is fitted on the training samples alone. Completes the
  /// description. Empty: nothing to fit. Only beside `read`.
  std::function<void(Source& source, const std::vector<Subset>& split)> fit;

  /// The next `n` samples, in order: [n, sample shape…] of the described type, contiguous (sequential sources: one stream). Empty where
  /// read_sample is set.
  std::function<at::Tensor(std::int64_t n)> read;

  /// Sample number `i`, in any order and in any process: fills `into`, whose tensors have the right shape. Throws galen::Error, naming the
  /// file, where it is bad. Empty where `read` is set.
  std::function<void(std::int64_t i, SourceSample& into)> read_sample;

  /// Every file that samples are decoded from, in any order; empty: whatever lies in the source. Set with read_sample.
  std::vector<std::string> files;

  /// Called when all samples have been read with `read`: what the user should know of them, one sentence each. Empty: nothing.
  std::function<std::vector<std::string>()> notes_after;

  /// For errors and reports: file or record that sample i comes from. Set with read_sample.
  std::function<std::string(std::int64_t i)> item_name;
};

}  // namespace galen::data
