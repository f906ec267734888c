#pragma once

#include "comm/communicator.h"

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace galen::trainer {

/// Sums in f64 over the lanes of all workers, in one order of additions: the same bits for any number of workers up to the number of lanes,
/// and for any number of threads.
class LaneSums {
 public:
  /// Adds the contribution of lane `lane`, an index among this worker's lanes, to `sum`, which is zero at first.
  using LaneWork = std::function<void(std::int64_t lane, double* sum)>;

  /// `communicator` is used only from the calling thread, and must outlive this.
  LaneSums(comm::Communicator& communicator, std::int64_t lanes, int threads);

  /// Σ over all lanes, [size], on every rank. `make_work` is called once per thread, on that thread, so that each has its own memory; an
  /// exception of a thread is rethrown here after all have ended. Collective.
  std::vector<double> sum(std::int64_t size, const std::function<LaneWork()>& make_work) const;

  /// Minimum over all workers, element by element. Collective.
  void smallest(std::span<double> values) const;

 private:
  comm::Communicator& communicator_;
  std::int64_t lanes_;
  int threads_;
};

}  // namespace galen::trainer
