#include "tests/models/script_fixture.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <torch/csrc/jit/api/module.h>

namespace galen::test {

void save_script(const std::filesystem::path& path, int inputs, int outputs, const std::string& forward, ScriptWeights weights) {
  torch::jit::Module module("Net");
  const at::Tensor weight = at::arange(inputs * outputs, weights.type).mul(0.37).sin().view({outputs, inputs});
  const at::Tensor bias = at::arange(outputs, weights.type).mul(0.1);
  module.register_parameter("weight", weight.set_requires_grad(weights.trainable), /*is_buffer=*/false);
  module.register_parameter("bias", bias.set_requires_grad(weights.trainable), /*is_buffer=*/false);
  module.register_parameter("frozen", at::ones({inputs}), /*is_buffer=*/false);
  module.register_buffer("offset", at::zeros({outputs}));
  for (std::size_t i = 0; i < weights.more.size(); ++i) {
    module.register_buffer("more" + std::to_string(i), at::tensor({1, 0, 1, 1}, at::kLong).to(weights.more[i]).reshape({2, 2}));
  }
  module.register_attribute("training", c10::BoolType::get(), true);
  module.define(forward);
  module.save(path.string());
}

void save_text_script(const std::filesystem::path& path, int vocabulary, int width, int outputs) {
  torch::jit::Module module("TextNet");
  module.register_parameter("embedding", at::arange(vocabulary * width, at::kFloat).mul(0.71).sin().view({vocabulary, width}), false);
  module.register_parameter("weight", at::arange(outputs * width, at::kFloat).mul(0.37).cos().view({outputs, width}), false);
  module.register_parameter("bias", at::zeros({outputs}), false);
  for (const auto& parameter : module.parameters()) parameter.requires_grad_(true);
  module.register_attribute("training", c10::BoolType::get(), true);
  module.define(R"(
def forward(self, ids):
    is_token = (ids != 0).to(self.weight).unsqueeze(2)
    mean = (torch.embedding(self.embedding, ids) * is_token).sum(1) / is_token.sum(1)
    return torch.addmm(self.bias, mean, self.weight.t())
)");
  module.save(path.string());
}

}  // namespace galen::test
