#include "trainer/gradient/arena/running_averages.h"

#include "galen/error.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/div.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/mul.h>
#include <ATen/ops/scalar_tensor.h>
#include <c10/core/ScalarType.h>

namespace galen::trainer {

std::int64_t RunningAverages::size(const models::Model& model) {
  std::int64_t elements = 0;
  for (const auto& buffer : model.buffers()) {
    if (buffer.tensor.scalar_type() == at::kFloat) elements += buffer.tensor.numel();
  }
  return elements;
}

RunningAverages::RunningAverages(models::Model& model) {
  const at::NoGradGuard no_grad;
  std::int64_t offset = 0;
  for (const auto& buffer : model.buffers()) {
    if (buffer.tensor.scalar_type() != at::kFloat && !at::isIntegralType(buffer.tensor.scalar_type(), /*includeBool=*/true)) {
      constants_.push_back({buffer.name, buffer.tensor, buffer.tensor.clone()});
      continue;
    }
    if (buffer.tensor.scalar_type() != at::kFloat) {
      counts_.push_back(buffer.tensor);
      start_counts_.push_back(buffer.tensor.clone());
      continue;
    }
    if (!values_.defined()) values_ = at::empty({size(model)}, buffer.tensor.options().dtype(at::kFloat));
    at::Tensor view = values_.narrow(0, offset, buffer.tensor.numel()).view(buffer.tensor.sizes());
    view.copy_(buffer.tensor);
    buffer.tensor.set_data(view);
    offset += buffer.tensor.numel();
  }
  if (values_.defined()) start_ = values_.clone();
}

void RunningAverages::begin_step() {
  if (start_.defined()) start_.copy_(values_);
  for (std::size_t i = 0; i < counts_.size(); ++i) start_counts_[i].copy_(counts_[i]);
}

void RunningAverages::begin_lane() {
  if (start_.defined()) values_.copy_(start_);
  for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i].copy_(start_counts_[i]);
}

void RunningAverages::end_lane(at::Tensor sums, std::int64_t samples) const {
  if (values_.defined()) at::mul_out(sums, values_, at::scalar_tensor(static_cast<double>(samples)));
}

void RunningAverages::end_step(const at::Tensor& sums, double samples, comm::Communicator& communicator, bool some_lane_was_empty) {
  for (const Constant& constant : constants_) {
    if (constant.tensor.equal(constant.start)) continue;
    throw Error("buffer {} is {} and changes in training, but running averages must be f32. Save the module as network.float().",
                constant.name, c10::toString(constant.tensor.scalar_type()));
  }
  if (values_.defined()) at::div_out(values_, sums, at::scalar_tensor(samples));
  if (!some_lane_was_empty) return;
  for (at::Tensor& count : counts_) {
    at::Tensor largest = count.cpu().reshape({-1}).to(at::kLong);
    communicator.all_reduce(largest, comm::Reduction::kMax);
    count.copy_(largest.view_as(count));
  }
}

}  // namespace galen::trainer
