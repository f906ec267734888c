#include "trainer/evaluation/predictions.h"

#include "comm/collectives.h"
#include "data/loader.h"
#include "trainer/tasks/task.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/any.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/full.h>
#include <ATen/ops/isnan.h>
#include <ATen/ops/nonzero.h>

#include <algorithm>
#include <limits>
#include <utility>

namespace galen::trainer {
namespace {

constexpr std::int64_t kNowhere = std::numeric_limits<std::int64_t>::max();

// This rank's part of the fixed sequence of batches: whole batches, so that every forward pass has the same samples for any number of
// ranks.
Range my_share(std::int64_t members, std::int64_t batch, const comm::Communicator& communicator) {
  const std::int64_t batches = (members + batch - 1) / batch;
  const Range mine = lane_range({0, batches}, communicator.rank(), communicator.size());
  return {std::min(mine.begin * batch, members), std::min(mine.end * batch, members)};
}

struct Share {
  at::Tensor records;
  std::int64_t first_nan = kNowhere;  // an index in `records`, among the rank's samples
};

Share run(models::Model& model, const Task& task, data::Loader& loader, const PredictOptions& options) {
  Share share{at::empty({loader.size(), task.record_size()}, at::kDouble)};
  for (const data::Batch& batch : loader.epoch(0)) {
    const std::int64_t n = batch.samples.size();
    if (options.before_batch) options.before_batch();
    const at::Tensor output = main_outputs(model, batch.samples.inputs, options.device);
    TORCH_CHECK(output.dim() >= 1 && output.size(0) == n, "the model gave ", output.sizes(), " for ", n, " samples");
    share.records.narrow(0, batch.positions.begin, n).copy_(task.records(output, batch.samples.target));
    if (share.first_nan == kNowhere) {
      if (const auto row = first_nan(output)) share.first_nan = batch.positions.begin + *row;
    }
    if (options.visit) options.visit({batch.samples.index, output, batch.samples.target});
  }
  return share;
}

// A missing value makes its sample's outputs NaN, and with them every metric. `place`: the first such member on this rank. Collective: all
// ranks check the first of all ranks.
void check_inputs_of_nan(std::int64_t place, const std::vector<std::int64_t>& members, const data::Dataset& dataset,
                         comm::Communicator& communicator) {
  at::Tensor first = at::full({1}, place, at::kLong);
  communicator.all_reduce(first, comm::Reduction::kMin);
  place = first.item<std::int64_t>();
  if (place == kNowhere) return;
  const std::int64_t sample = members[static_cast<std::size_t>(place)];
  for (std::size_t i = 0; i < dataset.inputs(); ++i) {
    if (dataset.input(i).has(sample)) data::check_finite(dataset.input(i), {&sample, 1});
  }
}

}  // namespace

at::Tensor main_outputs(models::Model& model, const Inputs& inputs, at::Device device) {
  const at::Tensor outputs = model.forward(inputs.to(device)).main;
  return outputs.to(at::kCPU, outputs.scalar_type() == at::kDouble ? at::kDouble : at::kFloat);
}

std::optional<std::int64_t> first_nan(const at::Tensor& values) {
  const at::Tensor unknown = values.isnan();
  if (!unknown.any().item<bool>()) return std::nullopt;
  return unknown.reshape({values.size(0), -1}).any(1).nonzero()[0].item<std::int64_t>();
}

Predictions predict(models::Model& model, const Task& task, const PreparedSamples& samples, comm::Communicator& communicator,
                    const PredictOptions& options) {
  const std::vector<std::int64_t>& members = samples.members;
  const at::NoGradGuard no_gradients;
  model.set_training(false);

  const auto size = static_cast<std::int64_t>(members.size());
  const Range mine = my_share(size, options.batch, communicator);
  Share share{at::empty({0, task.record_size()}, at::kDouble)};
  if (mine.size() > 0) {
    data::Loader loader(samples.dataset, {members.begin() + mine.begin, members.begin() + mine.end}, samples.preparations,
                        {.batch = options.batch, .shuffle = false, .threads = options.loading_threads});
    share = run(model, task, loader, options);
    if (share.first_nan != kNowhere) share.first_nan += mine.begin;
  }
  check_inputs_of_nan(share.first_nan, members, *samples.dataset, communicator);

  Predictions predictions{comm::all_gather(communicator, share.records), at::empty({size}, at::kLong)};
  std::copy(members.begin(), members.end(), predictions.index.mutable_data_ptr<std::int64_t>());
  return predictions;
}

}  // namespace galen::trainer
