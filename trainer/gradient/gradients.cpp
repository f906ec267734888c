#include "trainer/gradient/gradients.h"

#include "trainer/gradient/tree_all_reduce.h"

#include <ATen/ops/from_blob.h>
#include <c10/util/Exception.h>

#include <array>

namespace galen::trainer {

namespace {

// Behind the running averages, at the very end of the tail. f32: counts are exact up to 2^24 samples a step.
enum Scalar { kLoss, kWeight, kSamples, kEmptyLanes, kInterrupted, kPreempted, kScalars };
using Scalars = std::array<float, kScalars>;

at::Tensor as_tensor(Scalars& scalars) { return at::from_blob(scalars.data(), {kScalars}, at::kFloat); }

}  // namespace

Gradients::Gradients(models::Model& model, comm::Communicator& communicator, std::int64_t lanes)
    : communicator_(communicator),
      my_lanes_(data::lane_range({0, lanes}, communicator.rank(), communicator.size())),
      arena_(model, RunningAverages::size(model) + kScalars),
      averages_(model),
      tree_(lanes) {
  TORCH_CHECK(my_lanes_.size() > 0, "more workers than lanes");
}

void Gradients::begin_step() {
  tree_.clear();
  lane_ = my_lanes_.begin;
  arena_.step_sums().zero_();
  averages_.begin_step();
}

void Gradients::begin_lane() {
  if (lane_ != my_lanes_.begin) averages_.begin_lane();
}

void Gradients::accumulate(const at::Tensor& loss, double weight, std::int64_t samples) {
  const at::Tensor tail = arena_.tail();
  Scalars scalars{};
  if (samples > 0) {
    loss.backward();
    averages_.end_lane(tail.narrow(0, 0, tail.numel() - kScalars), samples);
    scalars[kLoss] = loss.item<float>();
    scalars[kWeight] = static_cast<float>(weight);
    scalars[kSamples] = static_cast<float>(samples);
  } else {
    scalars[kEmptyLanes] = 1;
  }
  tail.narrow(0, tail.numel() - kScalars, kScalars).copy_(as_tensor(scalars));

  const bool last = ++lane_ == my_lanes_.end;
  tree_.push({0, lane_ - 1}, arena_.step_sums(), /*borrowed=*/!last);
  if (!last) arena_.step_sums().zero_();
}

StepSums Gradients::all_reduce(const StopRequest& stop_request) {
  const at::Tensor& mine = tree_.partial_sums().front().values;
  const std::int64_t scalars_begin = mine.numel() - kScalars;
  if (stop_request.interrupted()) mine.narrow(0, scalars_begin + kInterrupted, 1).fill_(1);
  if (stop_request.preempted()) mine.narrow(0, scalars_begin + kPreempted, 1).fill_(1);

  tree_all_reduce(communicator_, tree_, arena_.step_sums());

  Scalars scalars;
  as_tensor(scalars).copy_(arena_.step_sums().narrow(0, scalars_begin, kScalars));
  const at::Tensor tail = arena_.tail();
  averages_.end_step(tail.narrow(0, 0, tail.numel() - kScalars), scalars[kSamples], communicator_, scalars[kEmptyLanes] > 0);
  return {scalars[kLoss], scalars[kWeight], scalars[kSamples], scalars[kInterrupted] > 0, scalars[kPreempted] > 0};
}

}  // namespace galen::trainer
