#pragma once

#include "galen/enum_names.h"
#include "models/model.h"

#include <ATen/core/Tensor.h>

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

namespace galen {
struct Option;
}

namespace galen::trainer {

class ParameterArena;
class UpdateKernels;

/// The update rule. kAdamW: with decoupled weight decay (Loshchilov & Hutter, 2019).
enum class UpdateRule { kSgd, kAdam, kAdamW };
constexpr auto enum_names(UpdateRule) {
  return std::to_array<EnumName<UpdateRule>>({{UpdateRule::kSgd, "sgd"}, {UpdateRule::kAdam, "adam"}, {UpdateRule::kAdamW, "adamw"}});
}

struct OptimizerOptions {
  UpdateRule rule = UpdateRule::kAdam;
  double learning_rate = 1e-3;
  double momentum = 0.0;  ///< sgd.
  bool nesterov = false;  ///< sgd.
  double beta1 = 0.9;     ///< adam, adamw.
  double beta2 = 0.999;   ///< adam, adamw.
  double epsilon = 1e-8;  ///< adam, adamw.

  /// sgd, adam: added to the gradient (L2); adamw: decoupled.
  double weight_decay = 0.0;
  bool decay_all = true;   ///< Otherwise biases and norms (parameters of one dimension) do not decay.
  double clip_norm = 0.0;  ///< Gradients are scaled down to this global L2 norm; 0: not clipped.
};

std::vector<Option> describe(OptimizerOptions& options);

/// Updates all parameters in one fused pass over the flat arena, state beside it.
class Optimizer {
 public:
  virtual ~Optimizer() = default;

  void set_learning_rate(double learning_rate) { learning_rate_ = learning_rate; }
  double learning_rate() const { return learning_rate_; }

  /// Begins update number `step` (from 1: bias correction), in which each gradient is multiplied by `gradient_scale`.
  virtual void begin(double gradient_scale, std::int64_t step) = 0;

  /// Updates the arena's elements [begin, end) from their `gradients`. Each element belongs to one call an update; on a CPU the ranks of a
  /// node share them out.
  virtual void update(std::int64_t begin, std::int64_t end, const float* gradients) = 0;

  /// Flat vectors of state ("momentum", "first_moment", "second_moment"), laid out as the parameters are; to be saved and restored.
  virtual std::vector<models::NamedTensor> state() const = 0;

 private:
  double learning_rate_ = 0;
};

/// Values out of range, and values that the rule does not use throw galen::UsageError.
void check_optimizer(const OptimizerOptions& options);

/// Throws what check_optimizer() does. `kernels` are those of the arena's device; both must outlive the
/// optimiser. Collective.
std::unique_ptr<Optimizer> make_optimizer(const OptimizerOptions& options, ParameterArena& arena, const UpdateKernels& kernels);

}  // namespace galen::trainer
