#pragma once

#include <ATen/core/Tensor.h>

#include <utility>
#include <vector>

namespace galen::models {

/// What a model says about some samples. Every tensor has a row a sample.
struct Outputs {
  Outputs(at::Tensor answer, std::vector<at::Tensor> further = {}) : main(std::move(answer)), auxiliary(std::move(further)) {}

  at::Tensor main;                    ///< [n, outputs]: what the model is asked for
  std::vector<at::Tensor> auxiliary;  ///< of main's form, from layers further down; in training alone, where the task weighs them
};

}  // namespace galen::models
