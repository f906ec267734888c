#include "trainer/samples/prepared_data.h"

#include "data/preparation/preparations.h"
#include "data/sampling/split.h"
#include "galen/error.h"
#include "trainer/tasks/positive_class.h"

#include <utility>

namespace galen::trainer {

namespace {

// A request for another split must not be answered with the stored one.
void check_split_is_drawn(const data::SplitOptions& split, const data::Dataset& dataset) {
  if (split.source == data::SplitSource::kDrawn && !dataset.options().split.empty()) {
    throw UsageError("data.split = {} names a stored split, but data.split_source = drawn does not use it. Remove one of them.",
                     dataset.options().split);
  }
  const bool asked = split.seed != data::SplitOptions().seed || split.fractions != data::SplitOptions().fractions;
  if (!asked || split.source == data::SplitSource::kDrawn || dataset.stored_split().empty()) return;
  throw UsageError(
      "data.split_seed and data.fractions are for drawing a split, but {} stores one, which data.split_source = {} uses. Set "
      "data.split_source = drawn, or remove them.",
      dataset.file(), galen::name_of(split.source));
}

}  // namespace

PreparedData open_data(const DataOptions& options) {
  PreparedData data;
  data::DatasetOptions opened = options.dataset;
  opened.task = options.task.kind;
  data.dataset = std::make_shared<data::Dataset>(opened);
  if (data.dataset->target_kind() == data::TargetKind::kNone) {
    throw Error("{}: dataset {} does not exist, so there are no targets. Name them with data.target.", data.dataset->file(),
                options.dataset.target);
  }
  put_positive_last(options.task, *data.dataset);
  data.notes = data.dataset->notes();
  for (std::string& note : data.dataset->slow_reading()) data.notes.push_back(std::move(note));
  if (std::string note = positive_note(options.task, *data.dataset); !note.empty()) data.notes.push_back(std::move(note));
  check_split_is_drawn(options.split, *data.dataset);
  const std::vector<data::Subset> split = data::split_of(*data.dataset, options.split);
  data.training = data::members(split, data::Subset::kTrain);
  data.validation = data::members(split, data::Subset::kValidation);
  data.test = data::members(split, data::Subset::kTest);
  if (data.training.empty()) throw Error("{}: the training split is empty. Check it with `galen inspect`.", data.dataset->file());
  data.preparations = data::outline_preparations(options.preparation, *data.dataset, data.training);
  return data;
}

void fit_data(const DataOptions& options, PreparedData& data) {
  data::fit_preparations(options.preparation, *data.dataset, data.training, data.preparations);
  data.values = data::statistics_of_inputs(*data.dataset, data.training);
  for (std::string& note : data::preparation_notes(options.preparation, *data.dataset, data.preparations, data.values)) {
    data.notes.push_back(std::move(note));
  }
}

PreparedData prepare_data(const DataOptions& options) {
  PreparedData data = open_data(options);
  fit_data(options, data);
  return data;
}

}  // namespace galen::trainer
