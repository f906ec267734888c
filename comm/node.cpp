#include "comm/node.h"

#include "comm/collectives.h"
#include "comm/wait.h"
#include "galen/error.h"
#include "galen/futex.h"

#include <ATen/ops/from_blob.h>
#include <c10/util/Exception.h>

#include <algorithm>
#include <cstring>
#include <new>

namespace galen::comm {

// A central barrier: the last rank to arrive opens it by a new generation. Separate cache lines for the word that every arrival writes,
// the word that is polled, and the words that only the opening rank reads.
struct Node::BarrierState {
  alignas(64) std::atomic<std::uint32_t> arrived;
  alignas(64) std::atomic<std::uint32_t> generation;
  alignas(64) std::atomic<std::uint32_t> sleepers;
};

Node::Node(Communicator& group) : group_(group) {
  memory_ = group.share_memory(sizeof(BarrierState));
  shares_memory_ = memory_ != nullptr;

  const std::vector<std::int64_t> nodes = gather_integers(group, {shares_memory_ ? group.node() : group.rank()});
  for (int r = 0; r < group.size(); ++r) {
    if (r > 0 && nodes[r] == nodes[r - 1]) continue;
    TORCH_CHECK(r == 0 || nodes[r] > nodes[r - 1], "the ranks of a node are not adjacent");
    first_ranks_.push_back(r);
  }
  first_ranks_.push_back(group.size());
  index_ = static_cast<int>(std::upper_bound(first_ranks_.begin(), first_ranks_.end(), group.rank()) - first_ranks_.begin()) - 1;
  rank_ = group.rank() - first_ranks_[index_];
  size_ = first_ranks_[index_ + 1] - first_ranks_[index_];
  crowded_ = comm::is_crowded(group.node_size());

  if (!shares_memory_) memory_ = allocate(sizeof(BarrierState));
  barrier_ = reinterpret_cast<BarrierState*>(memory_.get());  // zero-filled by the kernel: a valid initial value of each atomic
}

std::shared_ptr<std::byte> Node::allocate(std::int64_t bytes) {
  if (shares_memory_) {
    auto memory = group_.share_memory(bytes);
    if (memory == nullptr) throw Error("{} MiB of memory cannot be shared among the ranks of this node, although less could.", bytes >> 20);
    return memory;
  }
  const std::align_val_t page{4096};
  std::shared_ptr<std::byte> memory(static_cast<std::byte*>(::operator new(bytes, page)),
                                    [page](std::byte* begin) { ::operator delete(begin, page); });
  std::memset(memory.get(), 0, bytes);
  return memory;
}

at::Tensor Node::zeros(std::int64_t size, at::ScalarType type) {
  const auto bytes = size * static_cast<std::int64_t>(c10::elementSize(type));
  const auto memory = allocate(std::max<std::int64_t>(bytes, 1));
  const std::int64_t begin = bytes * rank_ / size_, end = bytes * (rank_ + 1) / size_;
  std::memset(memory.get() + begin, 0, end - begin);
  barrier("set-up of shared memory");
  return at::from_blob(
      memory.get(), {size}, [memory](void*) {}, at::TensorOptions(type));
}

void Node::barrier(const char* operation) {
  if (size_ == 1) return;
  BarrierState& state = *barrier_;
  const std::uint32_t generation = state.generation.load(std::memory_order_acquire);
  if (state.arrived.fetch_add(1, std::memory_order_acq_rel) + 1 == static_cast<std::uint32_t>(size_)) {
    state.arrived.store(0, std::memory_order_relaxed);
    state.generation.store(generation + 1);
    if (state.sleepers.load() > 0) wake_all(state.generation);
    return;
  }
  Wait wait(crowded_);
  while (state.generation.load(std::memory_order_acquire) == generation) {
    if (wait.spin()) continue;
    state.sleepers.fetch_add(1);
    sleep_on(state.generation, generation);
    state.sleepers.fetch_sub(1);
    if (wait.check_is_due()) group_.check_wait(operation, wait.begin());
  }
}

}  // namespace galen::comm
