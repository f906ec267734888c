#include "models/model_options.h"

#include "galen/option.h"
#include "models/catalogue.h"
#include "models/factory.h"

#include <fmt/ranges.h>

#include <algorithm>

namespace galen::models {

namespace {

// The presets of conv_net, and which networks are built here at all: a TorchScript module is as it was saved.
const std::vector<std::string> kConvNets = {"cnn28", "cnn32", "cnn150"};
const std::vector<std::string> kImageNetworks = {"cnn28", "cnn32", "cnn150", "resnet18"};
const std::vector<std::string> kLayered = {"cnn28", "cnn32", "cnn150", "dense_net"};
const std::vector<std::string> kBuilt = {"cnn28", "cnn32", "cnn150", "dense_net", "resnet18"};

constexpr char kOtherWeights[] = "its checkpoints would not fit";

Option model_name(std::string& name) {
  const auto set = [&name](const std::string& value) {
    const std::vector<std::string> known = names();
    const bool good = names_script(value) || std::find(known.begin(), known.end(), value) != known.end();
    if (good) name = value;
    return good;
  };
  Option option = {.key = "model.name",
                   .meaning = "What is fitted; file:NET.pt is a TorchScript module.",
                   .kind = fmt::format("one of {}, or {}NET.pt", fmt::join(names(), ", "), kScriptPrefix),
                   .set = set,
                   .get = [&name] { return name; },
                   .suggest = nearest_name};
  return std::move(option).fixed(kOtherWeights);
}

}  // namespace

std::vector<Option> describe(ModelOptions& model) {
  using namespace options;
  return {
      model_name(model.name),
      choice("model.initialization", model.initialization,
             "glorot: Keras's (Glorot uniform, zero biases); torch: LibTorch's; auto: the network's own.")
          .fixed("its weights have been drawn")
          .only_for(kBuilt),
      choice("model.output", model.output, "What the network ends in; auto: the network's own.")
          .fixed("its outputs would be taken for something else")
          .only_for({kNetworks}),
      choice("model.memory_format", model.memory_format,
             "Order of images in memory; auto: channels_last on CPUs, contiguous on GPUs. Bits depend on it.")
          .last_bits("it orders additions")
          .only_for(kImageNetworks),
      number("model.dropout", model.dropout, from_to_below(0, 1),
             "Share of activations dropped after each hidden dense layer; of resnet18, before its output layer.")
          .fixed("it would learn otherwise from here on")
          .only_for(kBuilt),
      flag("model.batch_norm", model.batch_norm, "Batch normalisation after each convolution or hidden layer.")
          .fixed(kOtherWeights)
          .only_for(kLayered),
      numbers("model.hidden", model.hidden, at_least(0), "Widths of hidden dense layers; empty: the network's own; 0: none.")
          .fixed(kOtherWeights)
          .only_for(kLayered),
      numbers("model.filters", model.filters, at_least(1), "Filters of the convolutions; empty: the network's own.")
          .fixed(kOtherWeights)
          .only_for(kConvNets),
  };
}

}  // namespace galen::models
