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
  double momentum = 0.0;  ///< Only sgd.
  bool nesterov = false;  ///< Only sgd.
  double beta1 = 0.9;     ///< Only adam, adamw.
  double beta2 = 0.999;   ///< Only adam, adamw.
  double epsilon = 1e-8;  ///< Only adam, adamw.

  /// sgd, adam: added to the gradient (L2); adamw: decoupled.
  double weight_decay = 0.0;
  bool decay_all = true;   ///< false: biases and norms (parameters of one dimension) do not decay.
  double clip_norm = 0.0;  ///< Gradients are scaled down to this global L2 norm; 0: not clipped.
};

std::vector<Option> describe(OptimizerOptions& options);

/// Updates all parameters in one fused pass over the flat arena and its state.
class Optimizer {
 public:
  virtual ~Optimizer() = default;

  void set_learning_rate(double learning_rate) { learning_rate_ = learning_rate; }
  double learning_rate() const { return learning_rate_; }

  /// Begins update number `step` (from 1, for bias correction), in which each gradient is multiplied by `gradient_scale`.
  virtual void begin(double gradient_scale, std::int64_t step) = 0;

  /// Updates the arena's elements [begin, end) from their `gradients`. Each element is in exactly one call per update; on a CPU the ranks
  /// of a node share the elements.
  virtual void update(std::int64_t begin, std::int64_t end, const float* gradients) = 0;

  /// Flat state vectors ("momentum", "first_moment", "second_moment") in the layout of the parameters, to save and restore.
  virtual std::vector<models::NamedTensor> state() const = 0;

 private:
  double learning_rate_ = 0;
};

/// Throws galen::UsageError for values out of range and for values that the rule does not use.
void check_optimizer(const OptimizerOptions& options);

/// Throws as check_optimizer(). `kernels` must be for the arena's device; both must outlive the
/// optimiser. Collective.
std::unique_ptr<Optimizer> make_optimizer(const OptimizerOptions& options, ParameterArena& arena, const UpdateKernels& kernels);

}  // namespace galen::trainer
