#include "data/preparation/preparations.h"

#include "data/preparation/fill_notes.h"
#include "data/preparation/scaling_notes.h"
#include "galen/error.h"

#include <algorithm>
#include <iterator>

namespace galen::data {

namespace {

enum class Kind { kText, kTable, kSignal, kImage };

Kind kind_of(const Dataset& input) {
  if (input.vocabulary()) return Kind::kText;
  const std::size_t dimensions = input.input_shape().size();
  return dimensions == 1 ? Kind::kTable : dimensions == 2 ? Kind::kSignal : Kind::kImage;
}

bool any(const Dataset& dataset, Kind kind) {
  for (std::size_t i = 0; i < dataset.inputs(); ++i) {
    if (kind_of(dataset.input(i)) == kind) return true;
  }
  return false;
}

void check_used(const PreparationOptions& options, const Dataset& dataset) {
  const auto check = [&](bool set, bool used, const char* key, const char* what) {
    if (set && !used) throw UsageError("{} is for {}; none of the inputs {} of {} is.", key, what, dataset.options().input, dataset.file());
  };
  const bool moves = any(dataset, Kind::kImage) || any(dataset, Kind::kSignal);
  check(!options.transforms.prepare.empty(), moves, "data.prepare", "images, volumes and signals");
  check(!options.transforms.augment.empty(), moves, "data.augment", "images, volumes and signals");
  check(options.impute != ImputationMethod::kNone, any(dataset, Kind::kTable), "data.impute", "tables");
  check(options.missing_indicator, any(dataset, Kind::kTable), "data.missing_indicator", "tables");
  check(options.max_length != 0, any(dataset, Kind::kText), "data.max_length", "texts");
}

}  // namespace

PreparationOptions options_of(const PreparationOptions& options, const Dataset& dataset, std::size_t input) {
  if (dataset.inputs() == 1) return options;
  check_used(options, dataset);
  const Kind kind = kind_of(dataset.input(input));
  PreparationOptions own;
  if (kind != Kind::kText) own.scaling = options.scaling;
  if (kind == (any(dataset, Kind::kImage) ? Kind::kImage : Kind::kSignal)) own.transforms = options.transforms;
  if (kind == Kind::kTable) {
    own.impute = options.impute;
    own.missing_indicator = options.missing_indicator;
  }
  if (kind == Kind::kText) own.max_length = options.max_length;
  return own;
}

std::vector<std::int64_t> having(const Dataset& input, std::span<const std::int64_t> samples) {
  std::vector<std::int64_t> found;
  std::ranges::copy_if(samples, std::back_inserter(found), [&](std::int64_t sample) { return input.has(sample); });
  if (found.empty() && !samples.empty()) {
    throw Error("{}: no sample of the training split has {}. Leave it out of data.input, or draw another split.", input.file(),
                input.input_name());
  }
  return found;
}

std::vector<Preparation> outline_preparations(const PreparationOptions& options, const Dataset& dataset,
                                              std::span<const std::int64_t> training) {
  std::vector<Preparation> preparations;
  for (std::size_t i = 0; i < dataset.inputs(); ++i) {
    const Dataset& input = dataset.input(i);
    const PreparationOptions own = options_of(options, dataset, i);
    preparations.push_back(outline_preparation(own, input, having(input, training)));
    const bool is_cut = !input.vocabulary() && !input.lengths().empty() &&
                        output_shape(preparations.back(), input.input_shape()).back() != input.input_shape().back();
    if (is_cut) {
      throw UsageError("data.prepare = {} changes the extent that the lengths of {} count along. Store the samples in their final size.",
                       own.transforms.prepare, input.input_name());
    }
  }
  return preparations;
}

void fit_preparations(const PreparationOptions& options, const Dataset& dataset, std::span<const std::int64_t> training,
                      std::vector<Preparation>& preparations) {
  for (std::size_t i = 0; i < dataset.inputs(); ++i) {
    const Dataset& input = dataset.input(i);
    fit_preparation(options_of(options, dataset, i), input, having(input, training), preparations[i]);
  }
}

std::vector<Preparation> make_preparations(const PreparationOptions& options, const Dataset& dataset,
                                           std::span<const std::int64_t> training) {
  std::vector<Preparation> preparations = outline_preparations(options, dataset, training);
  fit_preparations(options, dataset, training, preparations);
  return preparations;
}

std::vector<ValueStatistics> statistics_of_inputs(const Dataset& dataset, std::span<const std::int64_t> samples) {
  std::vector<ValueStatistics> statistics;
  for (std::size_t i = 0; i < dataset.inputs(); ++i) {
    std::vector<std::int64_t> held;
    std::ranges::copy_if(samples, std::back_inserter(held), [&](std::int64_t sample) { return dataset.input(i).has(sample); });
    statistics.push_back(sampled_statistics(dataset.input(i), held));
  }
  return statistics;
}

std::vector<std::string> preparation_notes(const PreparationOptions& options, const Dataset& dataset,
                                           const std::vector<Preparation>& preparations, const std::vector<ValueStatistics>& values) {
  std::vector<std::string> notes;
  for (std::size_t i = 0; i < dataset.inputs(); ++i) {
    const PreparationOptions own = options_of(options, dataset, i);
    for (std::string& note : scaling_notes(own, dataset.input(i), preparations[i].scaling, values[i])) notes.push_back(std::move(note));
    for (std::string& note : fill_notes(own.transforms, dataset.input(i), values[i])) notes.push_back(std::move(note));
  }
  return notes;
}

}  // namespace galen::data
