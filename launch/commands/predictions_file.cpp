#include "launch/commands/predictions_file.h"

#include "comm/collectives.h"
#include "galen/error.h"
#include "galen/output_file.h"

#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>

#include <algorithm>
#include <utility>

namespace galen::launch {

namespace {

constexpr std::int64_t kRowsAtOnce = 4096;

bool is_csv(const std::string& file) { return file.ends_with(".csv") || is_stream(file); }

// Class numbers learnt as values are values as well.
at::Tensor labels_of(const trainer::Task& task, const at::Tensor& targets) {
  if (!targets.defined() || task.exclusive()) return targets;
  return targets.to(at::kFloat).reshape({targets.size(0), -1});
}

PredictionRows rows_of(const trainer::DatasetPrediction& prediction, const trainer::PredictedBatch& batch) {
  const trainer::Task& task = *prediction.task;
  return {batch.index, task.scores(batch.outputs).contiguous(), labels_of(task, batch.targets)};
}

// Rows kept by a rank, one tensor of each kind.
PredictionRows joined(std::vector<PredictionRows> kept) {
  const auto join = [&](at::Tensor PredictionRows::*part) {
    std::vector<at::Tensor> parts;
    for (PredictionRows& rows : kept) parts.push_back(std::exchange(rows.*part, {}));
    return parts.empty() || !parts.front().defined() ? at::Tensor() : at::cat(parts);
  };
  return {join(&PredictionRows::index), join(&PredictionRows::scores), join(&PredictionRows::labels)};
}

// The shapes of the rows that a rank sends.
struct Announcement {
  std::int64_t rows = 0;
  bool is_double = false;
  std::int64_t labels = 0;  // numbers for each sample; 0: none
};

std::vector<Announcement> announce(const PredictionRows& rows, comm::Communicator& world) {
  const std::int64_t count = rows.index.defined() ? rows.index.size(0) : 0;
  const bool is_double = count > 0 && rows.scores.scalar_type() == at::kDouble;
  const std::int64_t labels = count > 0 && rows.labels.defined() ? rows.labels.numel() / count : 0;
  const std::vector<std::int64_t> all = comm::gather_integers(world, {count, is_double ? 1 : 0, labels});
  std::vector<Announcement> announced;
  for (std::size_t i = 0; i < all.size(); i += 3) announced.push_back({all[i], all[i + 1] != 0, all[i + 2]});
  return announced;
}

/// Sends tensors of one rank to rank 0.
class Carrier {
 public:
  Carrier(comm::Communicator& world, int from) : world_(world), from_(from), nothing_(static_cast<std::size_t>(world.size())) {}

  /// `mine`: on the sending rank. Returns a tensor of that shape and type on rank 0, an empty one on others. Collective.
  at::Tensor carry(const at::Tensor& mine, const std::vector<std::int64_t>& shape, at::ScalarType type) const {
    at::Tensor received = at::empty(world_.rank() == 0 ? shape : std::vector<std::int64_t>{0}, type);
    const bool sends = world_.rank() == from_;
    const at::Tensor sent = sends ? mine.contiguous() : at::empty({0}, type);
    std::vector<std::int64_t> to = nothing_, from = nothing_;
    to.front() = sent.numel();
    from[static_cast<std::size_t>(from_)] = received.numel();
    world_.all_to_all(sent, to, received, from);
    return received;
  }

 private:
  comm::Communicator& world_;
  int from_;
  std::vector<std::int64_t> nothing_;
};

}  // namespace

void check_predictions_file(const std::string& file, bool overwrite) {
  if (!is_csv(file) && !file.ends_with(".h5") && !file.ends_with(".hdf5")) {
    throw UsageError("--out {}: predictions are written as .csv, or as HDF5 to .h5 or .hdf5. Choose a name that ends so.", file);
  }
  expect_output(file, overwrite);
}

PredictionWriter& PredictionsFile::writer(const trainer::DatasetPrediction& prediction) {
  if (!writer_) writer_ = is_csv(file_) ? write_csv(file_, prediction) : write_hdf5(file_, prediction);
  return *writer_;
}

void PredictionsFile::add(const trainer::DatasetPrediction& prediction, const trainer::PredictedBatch& batch) {
  const PredictionRows rows = rows_of(prediction, batch);
  if (world_.rank() == 0) return writer(prediction).append(rows);
  kept_.push_back({rows.index.clone(), rows.scores.clone(), rows.labels.defined() ? rows.labels.clone() : at::Tensor()});
}

std::string PredictionsFile::finish(const trainer::DatasetPrediction& prediction) {
  const PredictionRows mine = joined(std::exchange(kept_, {}));
  const std::vector<Announcement> announced = announce(mine, world_);
  const auto scores = static_cast<std::int64_t>(prediction.task->score_names().size());
  for (int rank = 1; rank < world_.size(); ++rank) {
    const Announcement& theirs = announced[static_cast<std::size_t>(rank)];
    const Carrier carrier(world_, rank);
    for (std::int64_t begin = 0; begin < theirs.rows; begin += kRowsAtOnce) {
      const std::int64_t count = std::min(kRowsAtOnce, theirs.rows - begin);
      const auto part = [&](const at::Tensor& all) { return world_.rank() == rank ? all.narrow(0, begin, count) : all; };
      PredictionRows rows;
      rows.index = carrier.carry(part(mine.index), {count}, at::kLong);
      rows.scores = carrier.carry(part(mine.scores), {count, scores}, theirs.is_double ? at::kDouble : at::kFloat);
      if (theirs.labels > 0 && prediction.task->exclusive()) {
        rows.labels = carrier.carry(part(mine.labels), {count}, at::kLong);
      } else if (theirs.labels > 0) {
        rows.labels = carrier.carry(part(mine.labels), {count, theirs.labels}, at::kFloat);
      }
      if (world_.rank() == 0) writer(prediction).append(rows);
    }
  }
  return world_.rank() == 0 ? writer(prediction).publish() : "";
}

}  // namespace galen::launch
