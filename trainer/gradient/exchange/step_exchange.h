#pragma once

#include "galen/enum_names.h"
#include "trainer/gradient/arena/buckets.h"
#include "trainer/logs/timeline.h"
#include "trainer/run/round.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace galen {
struct Option;
}

namespace galen::comm {
class Node;
}

namespace galen::trainer {

class Gradients;
class Optimizer;
class ParameterArena;

/// The sums over all lanes of all workers in a step; the same on every rank.
struct StepSums {
  double loss = 0;    ///< summed over the step's samples
  double weight = 0;  ///< divisor of the loss and the gradients
  double samples = 0;
  bool empty_lane = false;                                          ///< some lane had no samples
  double gradient_norm = std::numeric_limits<double>::quiet_NaN();  ///< before clipping; NaN if it was not needed

  std::string nonfinite;  ///< first parameter whose gradient is infinite or NaN; empty: none
  std::string unused;     ///< first parameter without a gradient in some lane; empty: none
  bool updated = true;    ///< false: the model was not changed, see counts()

  Wishes wishes = {};  ///< those of any rank
};

/// Compression of gradients between CPU nodes. kBf16: as bfloat16; kPowerSgd: as matrices of low rank. Both with error feedback; results
/// then depend on the number of nodes.
enum class Compression { kNone, kBf16, kPowerSgd };
constexpr auto enum_names(Compression) {
  return std::to_array<EnumName<Compression>>(
      {{Compression::kNone, "none"}, {Compression::kBf16, "bf16"}, {Compression::kPowerSgd, "powersgd"}});
}

/// Order of additions on GPUs. kExact: along the lane tree; kFast: chosen by NCCL; results then depend on the number of workers.
enum class AdditionOrder { kExact, kFast };
constexpr auto enum_names(AdditionOrder) {
  return std::to_array<EnumName<AdditionOrder>>({{AdditionOrder::kExact, "exact"}, {AdditionOrder::kFast, "fast"}});
}

/// How gradients are sent between workers that do not share memory.
struct CommOptions {
  Compression compression = Compression::kNone;
  int powersgd_rank = 4;  ///< Of those matrices: a higher one is more accurate, and sends more bytes.

  AdditionOrder order = AdditionOrder::kExact;
  BucketOptions buckets = {};
};

std::vector<Option> describe(CommOptions& options);

struct ExchangeOptions {
  double clip_norm = 0;  ///< Gradients are scaled down to this global L2 norm; 0: not clipped.

  /// A step whose loss or gradients are not finite is skipped; otherwise it ends the run.
  bool skip_nonfinite = false;

  CommOptions comm = {};
};

/// What an exchange uses; all of it outlives the exchange.
struct ExchangeParts {
  ParameterArena& arena;
  Gradients& gradients;
  Optimizer& optimizer;
  comm::Node& node;  ///< of the workers, those of a node neighbours
  std::int64_t lanes;
};

/// The factor of each gradient in the optimiser's pass: dividing by the weight and clipping are one multiplication.
inline double gradient_scale(const ExchangeOptions& options, const StepSums& sums) {
  const double clip = options.clip_norm > 0 ? std::min(1.0, options.clip_norm / (sums.gradient_norm + 1e-6)) : 1.0;
  return 1 / sums.weight * clip;
}

/// Whether a step changes the model. A step whose samples have weight zero (no known label) has no mean loss to minimise; one whose loss or
/// gradients are not finite is skipped if the options say so; otherwise the caller ends the run.
inline bool counts(const ExchangeOptions& options, const StepSums& sums) {
  if (sums.weight == 0) return false;
  return !options.skip_nonfinite || (std::isfinite(sums.loss) && sums.nonfinite.empty());
}

/// The collective part of a step: the workers sum their gradients, divide them by the weight, clip them, update the parameters, and all
/// receive the new parameters and running averages. The same bits for any number of workers.
class StepExchange {
 public:
  virtual ~StepExchange() = default;

  /// This rank's gradients of `bucket` are complete. Called for every bucket once before complete(), in the same order on all ranks; within
  /// a backward pass as Gradients::on_bucket() calls it, from any thread.
  virtual void launch(std::size_t bucket) = 0;

  /// `step` counts from 1. Without skip_nonfinite, gradients that are not finite corrupt the parameters. `timeline` records waits and
  /// updates. Collective.
  virtual StepSums complete(const Wishes& wishes, std::int64_t step, Timeline& timeline) = 0;
};

}  // namespace galen::trainer
