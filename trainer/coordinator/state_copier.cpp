#include "trainer/coordinator/state_copier.h"

#include <ATen/core/grad_mode.h>

#include <cstring>
#include <span>
#include <utility>

namespace galen::trainer {

namespace {

using Tensors = std::span<const models::NamedTensor>;

// On a CPU by memcpy: LibTorch would share the work out to threads that the forward pass needs.
void copy(Tensors from, Tensors to) {
  const at::NoGradGuard no_grad;
  for (std::size_t i = 0; i < from.size(); ++i) {
    const at::Tensor source = from[i].tensor.detach();
    if (source.is_cpu() && source.is_contiguous()) {
      std::memcpy(to[i].tensor.mutable_data_ptr(), source.const_data_ptr(), source.nbytes());
    } else {
      to[i].tensor.copy_(source, /*non_blocking=*/true);
    }
  }
}

}  // namespace

StateCopier::StateCopier(Snapshot live, std::size_t parameters)
    : live_(std::move(live)), parameters_(parameters), side_stream_(live_.weights.front().tensor.device()) {}

void StateCopier::begin(const Snapshot& copy_to, std::function<void()> done) {
  const Tensors weights = live_.weights;
  const Tensors copies = copy_to.weights;
  const auto copy_rest = [=, this, &copy_to] {
    copy(weights.first(parameters_), copies.first(parameters_));
    copy(live_.optimizer, copy_to.optimizer);
  };
  copy(weights.subspan(parameters_), copies.subspan(parameters_));
  const bool queued = side_stream_.exists();
  if (queued) side_stream_.run(copy_rest);
  thread_.push([=, this, done = std::move(done)](const std::stop_token&) {
    if (queued) {
      side_stream_.synchronize();
    } else {
      copy_rest();
    }
    done();
  });
}

void StateCopier::then(std::function<void()> task) {
  thread_.push([task = std::move(task)](const std::stop_token&) { task(); });
}

}  // namespace galen::trainer
