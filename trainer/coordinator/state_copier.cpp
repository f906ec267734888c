#include "trainer/coordinator/state_copier.h"

#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cstring>
#include <span>
#include <utility>

namespace galen::trainer {

namespace {

using Tensors = std::span<const models::NamedTensor>;

// On a CPU by memcpy: LibTorch would use threads that the forward pass needs.
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

void StateCopier::begin(Snapshot live, Snapshot copies, std::function<void()> done) {
  const auto copy_part = [live = std::move(live), copies = std::move(copies)](bool steady) {
    for (std::size_t i = 0; i < live.sections.size(); ++i) {
      const Tensors from = live.sections[i].tensors;
      const Tensors to = copies.sections[i].tensors;
      const std::size_t boundary = std::min(live.sections[i].steady, from.size());
      if (steady) {
        copy(from.first(boundary), to.first(boundary));
      } else {
        copy(from.subspan(boundary), to.subspan(boundary));
      }
    }
  };
  copy_part(/*steady=*/false);
  const bool queued = side_stream_.exists();
  if (queued) side_stream_.run([&] { copy_part(/*steady=*/true); });
  thread_.push([=, this, done = std::move(done)](const std::stop_token&) {
    if (queued) {
      side_stream_.synchronize();
    } else {
      copy_part(/*steady=*/true);
    }
    done();
  });
}

void StateCopier::then(std::function<void()> task) {
  thread_.push([task = std::move(task)](const std::stop_token&) { task(); });
}

}  // namespace galen::trainer
