#include "data/inspection/inspect.h"

#include "data/files/file_list.h"
#include "data/files/schema.h"
#include "data/files/stored_targets.h"
#include "data/formats/tables/column_encoding.h"
#include "data/hdf5/hdf5.h"
#include "galen/error.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

namespace galen::data {

namespace {

constexpr std::array kSubsets = {Subset::kTrain, Subset::kValidation, Subset::kTest};

void read_storage(Inspection& result, hdf5::External external) {
  const hdf5::File file = hdf5::File::open(file_list(result.file).front(), external);
  for (const std::string& key : file.text_attributes()) {
    if (key != schema::kContentDigestAttribute) result.provenance[key] = fmt::format("{}", fmt::join(file.texts(key), ", "));
  }
  const hdf5::Array input = file.array(result.input);
  result.type = to_string(input.type());
  result.stored_shape = input.shape();
  result.chunk_shape = input.chunk_shape();
  result.filters = input.filters();
  for (const std::string& text : input.texts(schema::kColumnsAttribute)) {
    const ColumnEncoding encoding = parse_encoding(text, result.file);
    if (encoding.features().size() == 1 && encoding.features().front() == encoding.column && !encoding.categories.empty())
      result.codes[encoding.column] = encoding.categories;
  }
}

/// Masks lie beside images whatever the target is.
std::optional<MaskSummary> masks_of(const Dataset& dataset, const DatasetOptions& options) {
  if (dataset.target_kind() == TargetKind::kMask) return summarize_masks(dataset);
  const hdf5::File first = hdf5::File::open(file_list(options.file).front(), options.external);
  if (!first.has(schema::kMask) || dataset.input_shape().size() < 3) return std::nullopt;
  DatasetOptions with_masks = options;
  with_masks.target = schema::kMask;
  const Dataset masks(with_masks);
  return masks.target_kind() == TargetKind::kMask ? std::optional(summarize_masks(masks)) : std::nullopt;
}

std::array<std::int64_t, 3> count_patients(const Dataset& dataset, const std::vector<Subset>& split) {
  std::array<std::set<std::int64_t>, 3> seen;
  for (std::size_t i = 0; i < split.size(); ++i) seen[static_cast<std::size_t>(split[i])].insert(dataset.groups()[i]);
  return {static_cast<std::int64_t>(seen[0].size()), static_cast<std::int64_t>(seen[1].size()), static_cast<std::int64_t>(seen[2].size())};
}

TextSummary summarize(const Vocabulary& vocabulary, const std::vector<std::int64_t>& lengths) {
  const auto [shortest, longest] = std::minmax_element(lengths.begin(), lengths.end());
  const std::int64_t all = std::accumulate(lengths.begin(), lengths.end(), std::int64_t{0});
  return {vocabulary.tokenizer,
          static_cast<std::int64_t>(vocabulary.tokens.size()),
          vocabulary.max_length,
          *shortest,
          *longest,
          static_cast<double>(all) / static_cast<double>(lengths.size())};
}

std::vector<TargetSummary> summarize_targets(const Dataset& dataset, const std::vector<Subset>& split) {
  std::vector<std::int64_t> training = members(split, Subset::kTrain);
  if (training.empty()) {
    training.resize(split.size());
    std::iota(training.begin(), training.end(), 0);
  }
  std::vector<TargetSummary> summaries;
  const auto values = dataset.targets().accessor<float, 2>();
  for (std::int64_t k = 0; k < values.size(1); ++k) {
    TargetSummary summary{fmt::format("target {}", k), values[0][k], values[0][k]};
    if (!dataset.class_names().empty()) summary.name = dataset.class_names()[static_cast<std::size_t>(k)];
    for (std::int64_t i = 0; i < values.size(0); ++i) {
      summary.smallest = std::min<double>(summary.smallest, values[i][k]);
      summary.largest = std::max<double>(summary.largest, values[i][k]);
    }
    const auto samples = static_cast<double>(training.size());
    for (const std::int64_t i : training) summary.mean += values[i][k] / samples;
    double squares = 0;
    for (const std::int64_t i : training) squares += (values[i][k] - summary.mean) * (values[i][k] - summary.mean);
    summary.deviation = std::sqrt(squares / samples);
    summaries.push_back(summary);
  }
  return summaries;
}

// Each subset is read once: the training split's mean and deviation, everybody's missing values.
void measure_channels(const Dataset& dataset, const std::vector<Subset>& split, Inspection& result) {
  result.channels = dataset.feature_names();
  const std::int64_t channels = dataset.input_shape().front();
  const char* word = dataset.input_shape().size() == 1 ? "feature" : "channel";
  for (std::int64_t c = 0; dataset.feature_names().empty() && c < channels; ++c) result.channels.push_back(fmt::format("{} {}", word, c));

  result.missing.assign(channels, 0);
  for (const Subset subset : kSubsets) {
    const std::vector<std::int64_t> samples = members(split, subset);
    if (samples.empty()) continue;
    const Moments moments = measure(dataset, samples);
    for (std::int64_t c = 0; c < channels; ++c) result.missing[c] += moments.missing[c];
    if (subset == Subset::kTrain) result.training = moments;
  }
  if (result.training.mean.empty()) {
    std::vector<std::int64_t> all(dataset.size());
    std::iota(all.begin(), all.end(), 0);
    result.training = measure(dataset, all);
  }
}

// What would make loading faster.
std::string advice(const Dataset& dataset, const Inspection& inspection) {
  const std::vector<std::string> slow = dataset.slow_reading();
  if (!slow.empty()) return slow.front();
  if (inspection.filters.empty() || inspection.chunk_shape.empty()) return {};
  const std::int64_t samples = std::min(inspection.chunk_shape.front(), inspection.stored_shape.front());
  if (samples == 1) return {};
  return fmt::format(
      "Each sample costs the decompression of {} where chunks are not kept in memory: use data.order = windowed, or `galen import FILE "
      "--repack --compression 4 --chunk-samples 1` (up to {} times as fast in an exact order), or no compression.",
      samples, samples);
}

std::string storage_text(const Inspection& inspection) {
  if (inspection.chunk_shape.empty()) return "contiguous";
  return fmt::format("chunks [{}], {}", fmt::join(inspection.chunk_shape, ", "),
                     inspection.filters.empty() ? "not compressed" : fmt::format("{}", fmt::join(inspection.filters, " + ")));
}

std::string channel_table(const Inspection& inspection) {
  std::size_t width = 8;
  for (const std::string& name : inspection.channels) width = std::max(width, name.size());
  std::string text = fmt::format("  {:<{}}  {:>12}  {:>12}  {:>10}\n", "", width, "mean", "std", "missing");
  for (std::size_t c = 0; c < inspection.channels.size(); ++c) {
    const auto codes = inspection.codes.find(inspection.channels[c]);
    text += fmt::format("  {:<{}}  {:>12.6g}  {:>12.6g}  {:>10}{}\n", inspection.channels[c], width, inspection.training.mean[c],
                        inspection.training.deviation[c], inspection.missing[c],
                        codes == inspection.codes.end() ? "" : fmt::format("  {} from 0", fmt::join(codes->second, ", ")));
  }
  return text;
}

nlohmann::json by_subset(const std::array<std::int64_t, 3>& counts) {
  return {{"train", counts[0]}, {"validation", counts[1]}, {"test", counts[2]}};
}

}  // namespace

Inspection inspect(const DatasetOptions& options, const SplitOptions& split_options) {
  const Dataset dataset(options);
  if (dataset.inputs() > 1) throw UsageError("data.input = {}: galen inspect looks at one input at a time. Name one array.", options.input);
  const std::vector<Subset> split = split_of(dataset, split_options);

  Inspection result;
  result.file = dataset.file();
  result.digest = dataset.digest();
  result.input = dataset.input_name();
  result.sample_shape = dataset.input_shape();
  read_storage(result, dataset.options().external);
  result.stored_shape.front() = dataset.size();
  result.advice = advice(dataset, result);
  if (dataset.target_kind() != TargetKind::kNone) result.task = to_string(dataset.target_kind());
  result.masks = masks_of(dataset, options);
  if (result.task.empty() && result.masks) result.task = to_string(TargetKind::kMask);
  result.split = split_options.source != SplitSource::kDrawn && !dataset.stored_split().empty() ? "stored" : "drawn";
  result.samples = count_subsets(split);
  if (dataset.knows_patients()) result.patients = count_patients(dataset, split);
  result.notes = dataset.notes();
  const bool values = dataset.target_kind() == TargetKind::kValue;
  if (dataset.targets().defined() && !values && !dataset.class_names().empty())
    result.classes = count_classes(dataset.targets(), dataset.class_names(), split);
  if (dataset.target_kind() == TargetKind::kMultiLabel) result.unknown = count_unknown(dataset.targets(), dataset.class_names(), split);
  if (values) result.targets = summarize_targets(dataset, split);
  if (dataset.vocabulary()) {
    result.texts = summarize(*dataset.vocabulary(), dataset.lengths());
  } else {
    measure_channels(dataset, split, result);
  }
  return result;
}

std::string describe(const Inspection& inspection) {
  const std::int64_t missing = std::accumulate(inspection.missing.begin(), inspection.missing.end(), std::int64_t{0});
  std::string text = fmt::format("{}\n  samples       {} of {}, {}\n  stored        {} [{}], {}\n  targets       {}\n  split         {}\n",
                                 inspection.file, inspection.stored_shape.front(), fmt::join(inspection.sample_shape, " x "),
                                 inspection.type, inspection.input, fmt::join(inspection.stored_shape, ", "), storage_text(inspection),
                                 inspection.task.empty() ? "none" : inspection.task, inspection.split);
  for (const TargetSummary& target : inspection.targets) {
    text += fmt::format("  target        {}: {:.6g} to {:.6g}, mean {:.6g}, std {:.6g} of the training split\n", target.name,
                        target.smallest, target.largest, target.mean, target.deviation);
  }
  if (const auto& texts = inspection.texts) {
    text += fmt::format("  texts         {} to {} tokens, {:.1f} on average, at most {}\n  vocabulary    {} tokens, {}\n", texts->shortest,
                        texts->longest, texts->mean_length, texts->max_length, texts->vocabulary, texts->tokenizer);
  } else {
    text += fmt::format("  missing       {} values\n", missing);
  }
  text += fmt::format("  digest        {}\n", inspection.digest);
  if (!inspection.advice.empty()) text += fmt::format("  advice        {}\n", inspection.advice);
  for (const std::string& note : inspection.notes) text += fmt::format("  note          {}\n", note);
  for (const auto& [key, value] : inspection.provenance) text += fmt::format("  {:<12}  {}\n", key, value);

  std::vector<ClassCount> totals = inspection.unknown;
  totals.push_back({"samples", inspection.samples});
  if (inspection.patients) totals.push_back({"patients", *inspection.patients});
  text += "\n" + describe(inspection.classes, totals);
  if (!inspection.patients) text += "  patients unknown: each sample counts as one\n";
  if (inspection.masks) text += "\n" + describe(*inspection.masks);
  if (inspection.texts) return text;
  return text + "\n" + channel_table(inspection) + "  (mean and std of the training split, missing over all samples)\n";
}

nlohmann::json to_json(const Inspection& inspection) {
  nlohmann::json classes = nlohmann::json::array();
  for (const ClassCount& count : inspection.classes) classes.push_back({{"name", count.name}, {"samples", by_subset(count.samples)}});
  nlohmann::json unknown = nlohmann::json::array();
  for (const ClassCount& count : inspection.unknown) unknown.push_back({{"name", count.name}, {"samples", by_subset(count.samples)}});
  nlohmann::json channels = nlohmann::json::array();
  for (std::size_t c = 0; c < inspection.channels.size(); ++c) {
    channels.push_back({{"name", inspection.channels[c]},
                        {"mean", inspection.training.mean[c]},
                        {"std", inspection.training.deviation[c]},
                        {"missing", inspection.missing[c]}});
  }
  nlohmann::json targets = nlohmann::json::array();
  for (const TargetSummary& target : inspection.targets) {
    targets.push_back(
        {{"name", target.name}, {"min", target.smallest}, {"max", target.largest}, {"mean", target.mean}, {"std", target.deviation}});
  }
  nlohmann::json masks;
  if (const auto& summary = inspection.masks) {
    nlohmann::json of_masks = nlohmann::json::array();
    for (const MaskSummary::Class& one : summary->classes()) {
      of_masks.push_back(
          {{"value", one.value}, {"name", one.name}, {"pixels", one.pixels}, {"share", one.share}, {"samples", one.samples}});
    }
    masks = {{"classes", of_masks}, {"samples", summary->samples()}, {"without_foreground", summary->without_foreground()}};
  }
  nlohmann::json texts;
  if (const auto& summary = inspection.texts) {
    texts = {{"tokenizer", summary->tokenizer}, {"vocabulary", summary->vocabulary}, {"max_length", summary->max_length},
             {"shortest", summary->shortest},   {"longest", summary->longest},       {"mean_length", summary->mean_length}};
  }
  return {{"file", inspection.file},
          {"digest", inspection.digest},
          {"provenance", inspection.provenance},
          {"input", inspection.input},
          {"type", inspection.type},
          {"shape", inspection.stored_shape},
          {"sample_shape", inspection.sample_shape},
          {"chunks", inspection.chunk_shape},
          {"filters", inspection.filters},
          {"advice", inspection.advice},
          {"task", inspection.task},
          {"split", inspection.split},
          {"samples", by_subset(inspection.samples)},
          {"patients", inspection.patients ? by_subset(*inspection.patients) : nlohmann::json(nullptr)},
          {"notes", inspection.notes},
          {"classes", classes},
          {"unknown", unknown},
          {"codes", inspection.codes},
          {"targets", targets},
          {"masks", masks},
          {"texts", texts},
          {"channels", channels}};
}

}  // namespace galen::data
