#pragma once

#include "data/files/channel_moments.h"
#include "data/files/dataset.h"
#include "data/inspection/class_counts.h"
#include "data/inspection/mask_summary.h"
#include "data/sampling/split.h"

#include <nlohmann/json_fwd.hpp>

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace galen::data {

/// Of samples that are texts.
struct TextSummary {
  std::string tokenizer;        ///< words or wordpiece
  std::int64_t vocabulary = 0;  ///< tokens
  std::int64_t max_length = 0;  ///< tokens that were kept of a longer text
  std::int64_t shortest = 0, longest = 0;
  double mean_length = 0;
};

/// One target of a regression: over all samples, mean and deviation over the training split (over all where it is empty).
struct TargetSummary {
  std::string name;  ///< "target 0" … where the file names none
  double smallest = 0, largest = 0;
  double mean = 0, deviation = 0;
};

/// What a data set holds, after one pass over its samples.
struct Inspection {
  std::string file;
  std::string digest;                             ///< see Dataset::digest()
  std::map<std::string, std::string> provenance;  ///< the file's attributes that hold text

  std::string input;                       ///< full name of the samples' array
  std::string type;                        ///< of its elements: u8, f32 …
  std::vector<std::int64_t> stored_shape;  ///< as in the file, sample first
  std::vector<std::int64_t> sample_shape;  ///< as a model gets it, channels first
  std::vector<std::int64_t> chunk_shape;   ///< empty: contiguous
  std::string advice;                      ///< what would make loading faster; empty: nothing
  std::vector<std::string> filters;        ///< of the chunks: "deflate" …; empty: not compressed

  std::string task;                                     ///< classes, multilabel, regression, masks; empty: none of them
  std::string split;                                    ///< stored or drawn
  std::vector<std::string> notes;                       ///< see Dataset::notes()
  std::array<std::int64_t, 3> samples = {};             ///< of train, validation, test
  std::optional<std::array<std::int64_t, 3>> patients;  ///< likewise; none: unknown
  std::vector<ClassCount> classes;                      ///< of classes or labels
  std::vector<ClassCount> unknown;                      ///< see count_unknown()
  std::vector<TargetSummary> targets;                   ///< of a regression

  std::optional<MaskSummary> masks;   ///< of the target, else of /samples/mask; none where there is neither
  std::optional<TextSummary> texts;   ///< then there is nothing below
  std::vector<std::string> channels;  ///< names of a table's features; else "channel 0" …
  Moments training;                   ///< of the training split (of all samples where it is empty): mean and deviation of each channel
  std::map<std::string, std::vector<std::string>> codes;  ///< of a table's features that are categories: what their values 0, 1 … mean
  std::vector<std::int64_t> missing;                      ///< values that are NaN or infinite in each channel, over all samples
};

Inspection inspect(const DatasetOptions& dataset, const SplitOptions& split = {});

/// Tables of text.
std::string describe(const Inspection& inspection);

/// The same for programs.
nlohmann::json to_json(const Inspection& inspection);

}  // namespace galen::data
