#pragma once

#include <filesystem>
#include <string>

namespace galen::test {

/// Writes a TorchScript module with the given `forward`, which knows self.weight [outputs, inputs], self.bias [outputs] (both trainable,
/// hashed values), self.frozen [inputs] of ones (a parameter without gradient), self.offset [outputs] of zeros (a buffer) and
/// self.training.
void save_script(const std::filesystem::path& path, int inputs, int outputs, const std::string& forward);

/// A dense layer over flattened samples.
inline const std::string kDenseForward = R"(
def forward(self, x):
    return torch.addmm(self.bias, torch.flatten(x, 1) * self.frozen, self.weight.t()) + self.offset
)";

}  // namespace galen::test
