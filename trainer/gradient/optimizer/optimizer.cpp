#include "trainer/gradient/optimizer/optimizer.h"

#include "galen/error.h"
#include "trainer/gradient/arena/parameter_arena.h"
#include "trainer/gradient/optimizer/update_kernels.h"

#include <algorithm>
#include <cmath>

namespace galen::trainer {

namespace {

// Elements that share one weight decay: the whole arena, or one parameter if biases and norms are exempt.
struct DecayRange {
  std::int64_t begin;
  std::int64_t end;
  float decay;
};

std::vector<DecayRange> decay_ranges(const OptimizerOptions& options, const ParameterArena& arena) {
  const auto decay = static_cast<float>(options.weight_decay);
  if (options.decay_all || decay == 0) return {{0, arena.size(), decay}};
  std::vector<DecayRange> ranges;
  for (const ParameterSlice& slice : arena.slices()) ranges.push_back({slice.begin, slice.end, slice.one_dimensional ? 0 : decay});
  return ranges;
}

// Calls `update(begin, end, decay)` for each part of [begin, end) that has one decay.
template <typename Update>
void for_each_decay(const std::vector<DecayRange>& ranges, std::int64_t begin, std::int64_t end, Update update) {
  auto range = std::partition_point(ranges.begin(), ranges.end(), [begin](const DecayRange& r) { return r.end <= begin; });
  for (; range != ranges.end() && range->begin < end; ++range) {
    update(std::max(begin, range->begin), std::min(end, range->end), range->decay);
  }
}

class Sgd final : public Optimizer {
 public:
  Sgd(const OptimizerOptions& options, ParameterArena& arena, const UpdateKernels& kernels)
      : options_(options), arena_(arena), kernels_(kernels), ranges_(decay_ranges(options, arena)), velocity_(arena.shared(arena.size())) {}

  void begin(double gradient_scale, std::int64_t) override {
    rule_ = {static_cast<float>(learning_rate()), static_cast<float>(options_.momentum), options_.nesterov,
             static_cast<float>(gradient_scale)};
  }

  void update(std::int64_t begin, std::int64_t end, const float* gradients) override {
    float* values = arena_.values().mutable_data_ptr<float>();
    float* velocity = velocity_.mutable_data_ptr<float>();
    for_each_decay(ranges_, begin, end, [&](std::int64_t from, std::int64_t to, float decay) {
      kernels_.sgd(rule_, values + from, gradients + (from - begin), velocity + from, decay, to - from);
    });
  }

  std::vector<models::NamedTensor> state() const override { return {{"momentum", velocity_}}; }

 private:
  OptimizerOptions options_;
  ParameterArena& arena_;
  const UpdateKernels& kernels_;
  std::vector<DecayRange> ranges_;
  at::Tensor velocity_;
  SgdRule rule_{};
};

class Adam final : public Optimizer {
 public:
  Adam(const OptimizerOptions& options, ParameterArena& arena, const UpdateKernels& kernels)
      : options_(options),
        arena_(arena),
        kernels_(kernels),
        ranges_(decay_ranges(options, arena)),
        first_moment_(arena.shared(arena.size())),
        second_moment_(arena.shared(arena.size())) {}

  void begin(double gradient_scale, std::int64_t step) override {
    const double bias_correction1 = 1 - std::pow(options_.beta1, step);
    const double bias_correction2 = 1 - std::pow(options_.beta2, step);
    rule_ = {.rate = static_cast<float>(learning_rate()),
             .beta2 = static_cast<float>(options_.beta2),
             .one_minus_beta1 = static_cast<float>(1 - options_.beta1),
             .one_minus_beta2 = static_cast<float>(1 - options_.beta2),
             .epsilon = static_cast<float>(options_.epsilon),
             .step_size = static_cast<float>(learning_rate() / bias_correction1),
             .root_bias_correction = static_cast<float>(std::sqrt(bias_correction2)),
             .decoupled = options_.rule == UpdateRule::kAdamW,
             .gradient_scale = static_cast<float>(gradient_scale)};
  }

  void update(std::int64_t begin, std::int64_t end, const float* gradients) override {
    float* values = arena_.values().mutable_data_ptr<float>();
    float* first = first_moment_.mutable_data_ptr<float>();
    float* second = second_moment_.mutable_data_ptr<float>();
    for_each_decay(ranges_, begin, end, [&](std::int64_t from, std::int64_t to, float decay) {
      kernels_.adam(rule_, values + from, gradients + (from - begin), {first + from, second + from}, decay, to - from);
    });
  }

  std::vector<models::NamedTensor> state() const override { return {{"first_moment", first_moment_}, {"second_moment", second_moment_}}; }

 private:
  OptimizerOptions options_;
  ParameterArena& arena_;
  const UpdateKernels& kernels_;
  std::vector<DecayRange> ranges_;
  at::Tensor first_moment_;
  at::Tensor second_moment_;
  AdamRule rule_{};
};

void require(bool holds, const char* key, const char* range) {
  if (!holds) throw UsageError("optimizer.{} is out of range: it must be {}.", key, range);
}

// A key without effect is a mistake.
void check_keys_of_rule(const OptimizerOptions& options) {
  const OptimizerOptions usual;
  const bool sgd = options.rule == UpdateRule::kSgd;
  const bool adams = options.beta1 != usual.beta1 || options.beta2 != usual.beta2 || options.epsilon != usual.epsilon;
  if (sgd && adams) throw UsageError("optimizer.beta1, beta2 and epsilon are for adam and adamw, but optimizer.name = sgd. Remove them.");
  if (!sgd && (options.momentum > 0 || options.nesterov)) {
    throw UsageError("optimizer.momentum and optimizer.nesterov are for sgd, but optimizer.name = {}. Remove them.", name_of(options.rule));
  }
  if (options.nesterov && options.momentum == 0) throw UsageError("optimizer.nesterov needs an optimizer.momentum above 0, such as 0.9.");
}

}  // namespace

void check_optimizer(const OptimizerOptions& options) {
  require(options.learning_rate >= 0 && std::isfinite(options.learning_rate), "learning_rate", "0 or more");
  require(options.momentum >= 0 && options.momentum < 1, "momentum", "in [0, 1)");
  require(options.beta1 >= 0 && options.beta1 < 1, "beta1", "in [0, 1)");
  require(options.beta2 >= 0 && options.beta2 < 1, "beta2", "in [0, 1)");
  require(options.epsilon > 0, "epsilon", "above 0");
  require(options.weight_decay >= 0, "weight_decay", "0 or more");
  require(options.clip_norm >= 0, "clip_norm", "0 or more");
  check_keys_of_rule(options);
}

std::unique_ptr<Optimizer> make_optimizer(const OptimizerOptions& options, ParameterArena& arena, const UpdateKernels& kernels) {
  check_optimizer(options);
  std::unique_ptr<Optimizer> optimizer;
  if (options.rule == UpdateRule::kSgd) {
    optimizer = std::make_unique<Sgd>(options, arena, kernels);
  } else {
    optimizer = std::make_unique<Adam>(options, arena, kernels);
  }
  optimizer->set_learning_rate(options.learning_rate);
  return optimizer;
}

}  // namespace galen::trainer
