#include "trainer/evaluation/predictions.h"

#include "comm/collectives.h"
#include "data/loader.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/any.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/full.h>
#include <ATen/ops/index_select.h>
#include <ATen/ops/isnan.h>
#include <ATen/ops/nonzero.h>

#include <algorithm>
#include <utility>

namespace galen::trainer {
namespace {

// This rank's run of the fixed cut into batches: whole batches, so that every forward pass sees the same samples for any number of ranks.
Range my_share(std::int64_t members, std::int64_t batch, const comm::Communicator& communicator) {
  const std::int64_t batches = (members + batch - 1) / batch;
  const Range mine = lane_range({0, batches}, communicator.rank(), communicator.size());
  return {std::min(mine.begin * batch, members), std::min(mine.end * batch, members)};
}

at::Tensor run(models::Model& model, data::Loader& loader, const PredictOptions& options) {
  at::Tensor outputs;
  for (const data::Batch& batch : loader.epoch(0)) {
    const std::int64_t n = batch.samples.size();
    if (options.before_batch) options.before_batch();
    const at::Tensor output = model.forward(batch.samples.inputs.to(options.device)).main;
    TORCH_CHECK(output.dim() == 2 && output.size(0) == n, "the model gave ", output.sizes(), " for ", n, " samples");
    if (!outputs.defined()) outputs = at::empty({loader.size(), output.size(1)}, at::kFloat);
    outputs.narrow(0, batch.positions.begin, n).copy_(output);
  }
  return outputs;
}

// A rank without samples has not seen how wide an output is, but takes part in the gathering.
std::int64_t agree_on_width(const at::Tensor& outputs, comm::Communicator& communicator) {
  at::Tensor width = at::full({1}, outputs.defined() ? outputs.size(1) : 0, at::kLong);
  communicator.all_reduce(width, comm::Reduction::kMax);
  return width.item<std::int64_t>();
}

// A missing value makes its sample's outputs NaN, and every metric with them.
void check_inputs_of_nan(const at::Tensor& outputs, const std::vector<std::int64_t>& members, const data::Dataset& dataset) {
  const at::Tensor rows = outputs.isnan().any(1).nonzero();
  if (rows.size(0) == 0) return;
  const std::int64_t sample = members[static_cast<std::size_t>(rows[0].item<std::int64_t>())];
  for (std::size_t i = 0; i < dataset.inputs(); ++i) {
    if (dataset.input(i).has(sample)) data::check_finite(dataset.input(i), {&sample, 1});
  }
}

}  // namespace

Predictions predict(models::Model& model, const std::shared_ptr<const data::Dataset>& dataset, const std::vector<std::int64_t>& members,
                    const std::vector<data::Preparation>& preparations, comm::Communicator& communicator, const PredictOptions& options) {
  const at::NoGradGuard no_gradients;
  model.set_training(false);

  const auto size = static_cast<std::int64_t>(members.size());
  const Range mine = my_share(size, options.batch, communicator);
  at::Tensor outputs;
  if (mine.size() > 0) {
    data::Loader loader(dataset, {members.begin() + mine.begin, members.begin() + mine.end}, preparations,
                        {.batch = options.batch, .shuffle = false, .threads = options.loading_threads});
    outputs = run(model, loader, options);
  }
  const std::int64_t width = agree_on_width(outputs, communicator);
  if (!outputs.defined()) outputs = at::empty({0, width}, at::kFloat);

  Predictions predictions;
  predictions.outputs = comm::all_gather(communicator, outputs);
  check_inputs_of_nan(predictions.outputs, members, *dataset);
  predictions.index = at::empty({size}, at::kLong);
  std::copy(members.begin(), members.end(), predictions.index.mutable_data_ptr<std::int64_t>());
  if (dataset->targets().defined()) predictions.targets = dataset->targets().index_select(0, predictions.index);
  return predictions;
}

}  // namespace galen::trainer
