#pragma once

#include <ATen/core/Tensor.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace galen::comm {

enum class Reduction { kSum, kMin, kMax };

/// A fixed group of workers that act together.
///
/// All calls from barrier() on are collective: each rank makes the same calls in the same order, with tensors of the same dtype. Tensors
/// are contiguous, on the CPU (on a GPU: comm/cuda/nccl_communicator.h), with dtype f32, f64, i64 or u8. Not thread-safe: one thread a
/// rank. There is no global communicator; it is passed as a parameter. A rank that waits longer than the deadline throws galen::Error
/// naming the operation and the ranks, with their hosts, that have not arrived.
class Communicator {
 public:
  virtual ~Communicator() = default;

  virtual int rank() const = 0;       ///< 0 … size() - 1
  virtual int size() const = 0;       ///< world size of this group
  virtual int node() const = 0;       ///< index of this rank's node: nodes count from 0 in the order of their lowest ranks
  virtual int node_rank() const = 0;  ///< rank among this group's ranks on the same node
  virtual int node_size() const = 0;  ///< number of this group's ranks on the same node

  /// How long a call may wait for other ranks; zero: no limit. Applies to groups split off before and after, too.
  virtual void set_deadline(std::chrono::milliseconds deadline) = 0;

  /// For waits on other ranks by other means (shared memory), to be called about every 100 ms: throws like a collective call that has
  /// waited since `begin`. Not collective.
  virtual void check_wait(const char* operation, std::chrono::steady_clock::time_point begin) = 0;

  virtual void barrier() = 0;

  /// Reduces `values` over all ranks, elementwise and in place. All ranks pass the same number of elements. The order in which
  /// floating-point values are summed depends on the implementation: where bits matter, see trainer/lanes/lane_tree.h.
  virtual void all_reduce(at::Tensor& values, Reduction reduction) = 0;

  /// Overwrites `values` with those of rank `root`. All ranks pass the same number of elements.
  virtual void broadcast(at::Tensor& values, int root) = 0;

  /// Concatenates every rank's `mine` into `all`, in rank order. `counts[r]` is the number of elements of rank r (may be
  /// zero); `all` holds their sum. all_gather() in collectives.h determines the counts itself.
  virtual void all_gather(const at::Tensor& mine, at::Tensor& all, std::span<const std::int64_t> counts) = 0;

  /// Sends the r-th part of `outgoing`, of `send_counts[r]` elements, to rank r; the part received from rank r, of `receive_counts[r]`
  /// elements, becomes the r-th part of `incoming`.
  virtual void all_to_all(const at::Tensor& outgoing, std::span<const std::int64_t> send_counts, at::Tensor& incoming,
                          std::span<const std::int64_t> receive_counts) = 0;

  /// Ranks that pass the same `colour` (>= 0) form a new group, ordered by `key`, then by their rank here.
  virtual std::unique_ptr<Communicator> split(int colour, int key = 0) = 0;

  /// Zero-filled, page-aligned memory of `bytes` > 0 that all ranks of a node share, mapped at a different address in each; it is freed
  /// when the last of them releases it. Null on all ranks if the ranks of some node cannot share memory. The ranks of a node
  /// pass the same `bytes`.
  virtual std::shared_ptr<std::byte> share_memory(std::int64_t bytes) = 0;
};

}  // namespace galen::comm
