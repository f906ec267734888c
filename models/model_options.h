#pragma once

#include "galen/enum_names.h"

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace galen {
struct Option;
}

namespace galen::models {

/// glorot: Keras's (Glorot uniform weights, zero biases). torch: LibTorch's own. auto: the network's own (glorot for the CNNs and
/// dense_net, torch for resnet18); a TorchScript module keeps the values it was saved with.
enum class InitialWeights { kAuto, kGlorot, kTorch };
constexpr auto enum_names(InitialWeights) {
  return std::to_array<EnumName<InitialWeights>>(
      {{InitialWeights::kAuto, "auto"}, {InitialWeights::kGlorot, "glorot"}, {InitialWeights::kTorch, "torch"}});
}

/// What a network ends in: logits, or probabilities (a final softmax, or sigmoid for one output or several labels). auto: the network's
/// own, which is probabilities for cnn150 on exclusive classes and logits elsewhere. A TorchScript module stays as it is: the option says
/// what it gives.
enum class OutputChoice { kAuto, kLogits, kProbabilities };
constexpr auto enum_names(OutputChoice) {
  return std::to_array<EnumName<OutputChoice>>(
      {{OutputChoice::kAuto, "auto"}, {OutputChoice::kLogits, "logits"}, {OutputChoice::kProbabilities, "probabilities"}});
}

/// Order of images in memory; auto: see wrap_images().
enum class MemoryFormat { kAuto, kContiguous, kChannelsLast };
constexpr auto enum_names(MemoryFormat) {
  return std::to_array<EnumName<MemoryFormat>>(
      {{MemoryFormat::kAuto, "auto"}, {MemoryFormat::kContiguous, "contiguous"}, {MemoryFormat::kChannelsLast, "channels_last"}});
}

struct ModelOptions {
  /// A name from names(), or "file:NET.pt" for a TorchScript module.
  std::string name = "cnn28";

  InitialWeights initialization = InitialWeights::kAuto;
  OutputChoice output = OutputChoice::kAuto;
  MemoryFormat memory_format = MemoryFormat::kAuto;  ///< For conv_net and resnet18.
  double dropout = 0.0;     ///< Share of activations dropped after each hidden dense layer (resnet18: before its output layer).
  bool batch_norm = false;  ///< Batch normalisation after each convolution (conv_net) or hidden layer (dense_net).
  std::vector<std::int64_t> hidden = {};   ///< Widths of hidden dense layers; empty: the preset's; {0}: no hidden layer.
  std::vector<std::int64_t> filters = {};  ///< Filters of the convolutions of conv_net; empty: the preset's.

  /// The bytes of a TorchScript module's file, where they are not to be read from the path in its name.
  std::shared_ptr<const std::string> script = {};
};

std::vector<Option> describe(ModelOptions& options);

inline constexpr std::string_view kScriptPrefix = "file:";
inline bool names_script(std::string_view name) { return name.starts_with(kScriptPrefix); }
inline std::string script_file(std::string_view name) { return std::string(name.substr(kScriptPrefix.size())); }  ///< of such a name

/// One input of a model.
struct InputShape {
  std::vector<std::int64_t> sample;  ///< [C, H, W] or [F] …; of a text: [T], the most tokens that it has
  std::int64_t vocabulary = 0;       ///< of texts: token ids are 0 (padding) … vocabulary - 1; 0: the input is numbers
};

/// What the model must fit.
struct ModelShape {
  std::vector<std::int64_t> input;       ///< InputShape::sample of the first input
  std::int64_t outputs = 1;              ///< one for a binary task, else one for each class, label or value
  bool exclusive = true;                 ///< outputs are classes of which one holds (softmax), not independent ones (sigmoid)
  std::int64_t vocabulary = 0;           ///< InputShape::vocabulary of the first input
  std::vector<InputShape> further = {};  ///< inputs after the first

  std::vector<InputShape> inputs() const {  ///< all of them
    std::vector<InputShape> all = {{input, vocabulary}};
    all.insert(all.end(), further.begin(), further.end());
    return all;
  }
};

/// `inputs`: at least one.
inline ModelShape shape_of(const std::vector<InputShape>& inputs, std::int64_t outputs, bool exclusive) {
  return {inputs.front().sample, outputs, exclusive, inputs.front().vocabulary, {inputs.begin() + 1, inputs.end()}};
}

}  // namespace galen::models
