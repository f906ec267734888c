#pragma once

#include <cmath>

#ifdef __CUDACC__
#define GALEN_RULE __host__ __device__
#else
#define GALEN_RULE [[gnu::always_inline]]  // into the loop of each instruction set
#endif

namespace galen::trainer {

// One parameter's update, used by the CPU's loop and the GPU's kernel. Operations and their order are those of PyTorch, so that
// trajectories agree.

/// Stochastic gradient descent with momentum (Sutskever et al., 2013).
struct SgdRule {
  float rate;
  float momentum;
  bool nesterov;
  float gradient_scale;

  GALEN_RULE void operator()(float& value, float gradient, float& velocity, float decay) const {
    gradient = gradient * gradient_scale + decay * value;
    velocity = momentum * velocity + gradient;
    value -= rate * (nesterov ? gradient + momentum * velocity : velocity);
  }
};

/// Adam (Kingma & Ba, 2015); decoupled: AdamW (Loshchilov & Hutter, 2019).
struct AdamRule {
  float rate;
  float beta2;
  float one_minus_beta1;  ///< rounded from double: 1.0f - 0.999f has a relative error of 1e-5, which is visible in a trajectory
  float one_minus_beta2;
  float epsilon;
  float step_size;             ///< rate / (1 - beta1^step)
  float root_bias_correction;  ///< sqrt(1 - beta2^step)
  bool decoupled;
  float gradient_scale;

  GALEN_RULE void operator()(float& value, float gradient, float& first_moment, float& second_moment, float decay) const {
    gradient *= gradient_scale;
    if (decoupled) {
      value *= 1.0f - rate * decay;
    } else {
      gradient += decay * value;
    }
    first_moment += (gradient - first_moment) * one_minus_beta1;
    second_moment = beta2 * second_moment + one_minus_beta2 * gradient * gradient;
    value -= step_size * first_moment / (std::sqrt(second_moment) / root_bias_correction + epsilon);
  }
};

}  // namespace galen::trainer
