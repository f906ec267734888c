#include "trainer/predictor/dataset_prediction.h"

#include "data/preparation/preparations.h"
#include "galen/error.h"
#include "trainer/checkpoint/manifest.h"
#include "trainer/device/threads.h"
#include "trainer/predictor/predictor.h"
#include "trainer/predictor/target_matching.h"
#include "trainer/resume/earlier_split.h"
#include "trainer/samples/data_watch.h"
#include "trainer/samples/loading_resources.h"

#include <algorithm>
#include <chrono>
#include <numeric>
#include <optional>
#include <span>
#include <utility>

namespace galen::trainer {

namespace {

// A table's columns are distinguished only by name: others would be used instead without an error.
void check_features(const InputRecord& trained, const data::Dataset& dataset, const std::string& checkpoint) {
  const std::vector<std::string>& names = dataset.feature_names();
  const std::vector<std::string>& known = trained.feature_names;
  if (names.empty() || known.empty() || names == known) return;
  const auto [other, expected] = std::mismatch(names.begin(), names.end(), known.begin(), known.end());
  throw Error(
      "{}: feature {} is {}, but the model of {} expects {}. Import the table like the training table: with the same "
      "options, and --like FILE.h5.",
      dataset.file(), other - names.begin(), other == names.end() ? "missing" : fmt::format("'{}'", *other), checkpoint,
      expected == known.end() ? "no more" : fmt::format("'{}'", *expected));
}

// The same holds for token ids.
void check_texts(const InputRecord& trained, const data::Dataset& dataset, const std::string& checkpoint) {
  if (!dataset.vocabulary() || !trained.vocabulary) {
    throw Error("{}: has {}, but the model of {} expects {}.", dataset.file(), dataset.vocabulary() ? "texts" : "numbers", checkpoint,
                trained.vocabulary ? "texts" : "numbers");
  }
  const std::string differs = data::difference(*dataset.vocabulary(), *trained.vocabulary);
  if (!differs.empty()) {
    throw Error(
        "{}: its vocabulary is not that of the model of {}: {}. Import the texts with the vocabulary of the training "
        "texts: --like FILE.h5.",
        dataset.file(), checkpoint, differs);
  }
  if (dataset.vocabulary()->max_length < trained.preparation.max_length) {
    throw Error("{}: its texts were truncated at {} tokens, but the model of {} takes up to {}. Import them with --max-length {}.",
                dataset.file(), dataset.vocabulary()->max_length, checkpoint, trained.preparation.max_length,
                trained.preparation.max_length);
  }
}

void check_input(const InputRecord& trained, const data::Dataset& dataset, const std::string& checkpoint) {
  check_features(trained, dataset, checkpoint);
  if (dataset.vocabulary() || trained.vocabulary) {
    check_texts(trained, dataset, checkpoint);
  } else if (dataset.input_shape() != trained.shape) {
    throw Error("{}: a sample has the shape [{}], but the model of {} expects [{}]. Import the data in that shape, or set data.layout.",
                dataset.file(), fmt::join(dataset.input_shape(), ", "), checkpoint, fmt::join(trained.shape, ", "));
  }
}

// Inputs are distinguished only by their order.
void check_fits(const Manifest& manifest, const data::Dataset& dataset, const std::string& checkpoint) {
  if (dataset.inputs() != manifest.inputs.size()) {
    throw Error("{}: data.input names {} input{}, but the model of {} expects {}. Name as many arrays, in the order of training.",
                dataset.file(), dataset.inputs(), dataset.inputs() == 1 ? "" : "s", checkpoint, manifest.inputs.size());
  }
  for (std::size_t i = 0; i < dataset.inputs(); ++i) check_input(manifest.inputs[i], dataset.input(i), checkpoint);
}

// Notes on values of another scale than the training values.
std::vector<std::string> scale_notes(const Manifest& manifest, const data::Dataset& dataset, std::span<const std::int64_t> members) {
  std::vector<std::string> notes;
  const std::vector<data::ValueStatistics> found = data::statistics_of_inputs(dataset, members);
  for (std::size_t i = 0; i < dataset.inputs(); ++i) {
    std::string note = data::scale_difference(manifest.inputs[i].values, found[i], dataset.input(i));
    if (!note.empty()) notes.push_back(std::move(note));
  }
  return notes;
}

std::vector<std::int64_t> choose_members(const data::Dataset& dataset, const DatasetPredictionOptions& options) {
  std::vector<std::int64_t> chosen;
  if (options.subset == "all") {
    chosen.resize(static_cast<std::size_t>(dataset.size()));
    std::iota(chosen.begin(), chosen.end(), 0);
  } else {
    chosen = data::members(data::split_of(dataset, options.split), data::parse_subset(options.subset));
  }
  if (chosen.empty()) throw Error("{}: the split '{}' is empty. Choose another with data.split, or all.", dataset.file(), options.subset);
  return chosen;
}

// A subset of the run's own data must be the run's: otherwise training samples would be tested. Other data is new.
void check_members(const Manifest& manifest, const data::Dataset& dataset, const std::string& subset, std::span<const std::int64_t> members,
                   std::vector<std::string>& notes) {
  if (subset == "all" || manifest.subsets == SubsetDigests() || manifest.dataset_digest != dataset.digest()) return;
  const data::Subset asked = data::parse_subset(subset);
  const SubsetDigests& of_run = manifest.subsets;
  const SubsetDigest& known = asked == data::Subset::kTrain  ? of_run.training
                              : asked == data::Subset::kTest ? of_run.test
                                                             : of_run.validation;
  if (digest_of(members) == known) return;
  const std::optional<std::string> leaked =
      asked == data::Subset::kTrain ? std::string() : leak(manifest, dataset, members, subset.c_str());
  if (!leaked || !leaked->empty()) {
    throw Error(
        "{}: {}: its split is not that of the run, which had {} {} samples. Use the run's split (data.split, and in a "
        "program DatasetPredictionOptions::split), or all samples.",
        dataset.file(), leaked.value_or("it is unknown which samples were used in training"), known.samples, subset);
  }
  notes.push_back(fmt::format("the {} samples are not those of the run, which had {}.", subset, known.samples));
}

}  // namespace

DatasetPrediction predict_dataset(const DatasetPredictionOptions& options, comm::Communicator& world,
                                  std::unique_ptr<models::Model> own_model, const DatasetPredictionVisitor& visit) {
  world.set_deadline(std::chrono::milliseconds(static_cast<std::int64_t>(1000 * options.deadline)));
  Predictor predictor({.checkpoint = options.checkpoint,
                       .key_file = options.key_file,
                       .device = options.device,
                       .threads = options.threads,
                       .own_task = options.own_task},
                      world, std::move(own_model));
  const Manifest& manifest = predictor.manifest();

  data::DatasetOptions opened = options.dataset;
  opened.task = manifest.task.kind;
  if (options.subset == "all") opened.split.clear();  // not requested
  const auto dataset = std::make_shared<data::Dataset>(opened);
  check_fits(manifest, *dataset, options.checkpoint);
  std::vector<std::string> notes = dataset->notes();
  const auto append = [&notes](const std::vector<std::string>& more) { notes.insert(notes.end(), more.begin(), more.end()); };
  append(match_targets(manifest, *dataset, options.checkpoint));
  DataWatch watch(dataset, world);
  const std::vector<std::int64_t> members = choose_members(*dataset, options);
  check_members(manifest, *dataset, options.subset, members, notes);
  if (world.rank() == 0) append(scale_notes(manifest, *dataset, members));
  append(predictor.notes());

  keep_decompressed(*dataset, options.loading, nullptr, /*lanes=*/1, world);
  PredictOptions how{.batch = options.batch > 0 ? options.batch : manifest.evaluation_batch,
                     .loading_threads = loading_threads(options.loading, world),
                     .device = predictor.compute_device()};
  DatasetPrediction prediction{.dataset = dataset,
                               .task = predictor.shared_task(),
                               .samples = static_cast<std::int64_t>(members.size()),
                               .batch = how.batch,
                               .device = predictor.device(),
                               .notes = std::move(notes)};
  if (visit) how.visit = [&](const PredictedBatch& batch) { visit(prediction, batch); };
  prediction.predictions = predict(predictor.model(), predictor.task(), {dataset, members, predictor.preparations()}, world, how);
  for (std::string& note : watch.expect_unchanged("Predictions may be of both: repeat the command.")) {
    prediction.notes.push_back(std::move(note));
  }
  set_threads(options.threads, share_of_cores(world));  // for the report, whose bits do not depend on it
  return prediction;
}

}  // namespace galen::trainer
