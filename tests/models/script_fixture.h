#pragma once

#include <c10/core/ScalarType.h>

#include <filesystem>
#include <string>
#include <vector>

namespace galen::test {

struct ScriptWeights {
  at::ScalarType type = at::kFloat;
  bool trainable = true;
  std::vector<at::ScalarType> more = {};  ///< a buffer "more0", "more1" … [2, 2] of 1, 0, 1, 1 each
};

/// Writes a TorchScript module with the given `forward`, which knows self.weight [outputs, inputs] and self.bias [outputs], sin(0.37 i) and
/// 0.1 i; self.frozen [inputs], ones, a parameter without gradient; self.offset [outputs], zeros, a buffer; and self.training.
void save_script(const std::filesystem::path& path, int inputs, int outputs, const std::string& forward, ScriptWeights weights = {});

/// A dense layer over flattened samples.
inline const std::string kDenseForward = R"(
def forward(self, x):
    return torch.addmm(self.bias, torch.flatten(x, 1) * self.frozen, self.weight.t()) + self.offset
)";

/// Writes a TorchScript classifier of texts: the mean of what an embedding [vocabulary, width] has for the tokens of a text, padding left
/// out, through a dense layer.
void save_text_script(const std::filesystem::path& path, int vocabulary, int width, int outputs);

}  // namespace galen::test
