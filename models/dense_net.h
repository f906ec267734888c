#pragma once

#include "models/model.h"
#include "models/model_options.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace torch::nn {
class SequentialImpl;
}

namespace galen::models {

/// y = σ(Wx + b), any depth: hidden layers with ReLU, by default one of 64 units, then logits. Samples of any shape are flattened.
std::unique_ptr<Model> make_dense_net(const ModelOptions& options, const ModelShape& shape);

/// Dense layers as other networks use them on top.
struct DenseLayers {
  std::vector<std::int64_t> hidden;  ///< widths, before the output layer
  double dropout = 0;                ///< after each hidden layer
  bool batch_norm = false;           ///< between a hidden layer and its ReLU
};

/// Appends hidden layers "dense1", "dense2" … and the layer "output" to `network`, which gives [n, inputs] so far.
void append_dense_layers(torch::nn::SequentialImpl& network, std::int64_t inputs, const DenseLayers& layers, const ModelShape& shape,
                         OutputForm form);

/// Appends the output layer, called `name`, and for probabilities a softmax or sigmoid.
void append_output(torch::nn::SequentialImpl& network, std::string name, std::int64_t inputs, const ModelShape& shape, OutputForm form);

/// options.hidden, else the preset's.
std::vector<std::int64_t> chosen_hidden(const ModelOptions& options, const std::vector<std::int64_t>& preset);

/// options.output, else the preset's; independent outputs may be values as well as labels, so that they stay logits unless asked for.
OutputForm chosen_output(const ModelOptions& options, const ModelShape& shape, OutputForm preset);

}  // namespace galen::models
