#include "galen/option.h"
#include "models/catalogue.h"
#include "trainer/gradient/optimizer/optimizer.h"

namespace galen::trainer {

std::vector<Option> describe(OptimizerOptions& optimizer) {
  using namespace options;
  const auto learns = [](Option option) { return std::move(option).fixed("it changes the updates").only_for({models::kNetworks}); };
  return {
      choice("optimizer.name", optimizer.rule, "The update rule.")
          .fixed("the optimiser's state in checkpoints would not fit")
          .only_for({models::kNetworks}),
      learns(number("optimizer.learning_rate", optimizer.learning_rate, above(0), "Step size.")),
      learns(number("optimizer.momentum", optimizer.momentum, from_to_below(0, 1), "sgd: momentum.")),
      learns(flag("optimizer.nesterov", optimizer.nesterov, "sgd: Nesterov's momentum.")),
      learns(number("optimizer.beta1", optimizer.beta1, from_to_below(0, 1), "adam, adamw: decay of the mean gradient.")),
      learns(number("optimizer.beta2", optimizer.beta2, from_to_below(0, 1), "adam, adamw: decay of the mean squared gradient.")),
      learns(number("optimizer.epsilon", optimizer.epsilon, above(0), "adam, adamw: added to the root of the mean square.")),
      learns(
          number("optimizer.weight_decay", optimizer.weight_decay, at_least(0), "sgd, adam: L2, added to the gradient; adamw: decoupled.")),
      learns(flag("optimizer.decay_all", optimizer.decay_all, "false: biases and norms do not decay.")),
      learns(number("optimizer.clip_norm", optimizer.clip_norm, at_least(0),
                    "Gradients are scaled down to this global L2 norm; 0: not clipped.")),
  };
}

}  // namespace galen::trainer
