#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace galen::models {

struct ModelOptions {
  /// A name from names(), or "file:NET.pt" for a TorchScript module.
  std::string name = "cnn28";

  /// glorot: Keras's (Glorot uniform weights, zero biases). torch: LibTorch's own. auto: the preset's (glorot for the CNNs and dense_net,
  /// torch for resnet18); a TorchScript module keeps the values it was saved with.
  std::string initialization = "auto";

  /// logits or probabilities (a final softmax, or sigmoid for one output or several labels); auto: the preset's, which is probabilities
  /// for cnn150 on exclusive classes and logits elsewhere. A TorchScript module stays as it is: the option says what it gives.
  std::string output = "auto";

  /// Order of images in memory: contiguous, channels_last, or auto (see wrap_images). For conv_net and resnet18.
  std::string memory_format = "auto";

  double dropout = 0.0;     ///< Share of activations dropped after each hidden dense layer (resnet18: before its output layer).
  bool batch_norm = false;  ///< Batch normalisation after each convolution (conv_net) or hidden layer (dense_net).
  std::vector<std::int64_t> hidden = {};   ///< Widths of hidden dense layers; empty: the preset's; {0}: no hidden layer.
  std::vector<std::int64_t> filters = {};  ///< Filters of the convolutions of conv_net; empty: the preset's.

  /// The bytes of a TorchScript module's file, where they are not to be read from the path in its name.
  std::shared_ptr<const std::string> script = {};
};

inline constexpr std::string_view kScriptPrefix = "file:";
inline bool names_script(std::string_view name) { return name.starts_with(kScriptPrefix); }
inline std::string script_file(std::string_view name) { return std::string(name.substr(kScriptPrefix.size())); }  ///< of such a name

/// What the model must fit.
struct ModelShape {
  std::vector<std::int64_t> input;  ///< of one sample: [C, H, W] or [F] …; of a text: [T], the most tokens that it has
  std::int64_t outputs = 1;         ///< one for a binary task, else one for each class, label or value
  bool exclusive = true;            ///< outputs are classes of which one holds (softmax), not independent ones (sigmoid)
  std::int64_t vocabulary = 0;      ///< of texts: token ids are 0 (padding) … vocabulary - 1; 0: the input is numbers
};

}  // namespace galen::models
