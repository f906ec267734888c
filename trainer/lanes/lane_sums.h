#pragma once

#include "comm/communicator.h"

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace galen::trainer {

/// Sums of f64 over the lanes of all workers, in one order of additions: the same bits on any number of workers up to the number of lanes,
/// and on any number of threads.
class LaneSums {
 public:
  /// Adds what lane `lane`, counted among this worker's own, has to `sum`, which is zero before.
  using LaneWork = std::function<void(std::int64_t lane, double* sum)>;

  /// `communicator` is used from the calling thread alone, and must outlive this.
  LaneSums(comm::Communicator& communicator, std::int64_t lanes, int threads);

  /// Σ over all lanes, [size], on every rank. `make_work` is called once a thread, from that thread, so that the work has memory of its
  /// own; an exception of a thread is thrown here after all have ended. Collective.
  std::vector<double> sum(std::int64_t size, const std::function<LaneWork()>& make_work) const;

  /// Smallest of all workers, element by element. Collective.
  void smallest(std::span<double> values) const;

 private:
  comm::Communicator& communicator_;
  std::int64_t lanes_;
  int threads_;
};

}  // namespace galen::trainer
