#pragma once

#include "galen/inputs.h"
#include "models/outputs.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

namespace galen::models {

/// A parameter or a buffer (a running average) by its dotted name, such as "0.weight". The tensor is the model's own: writing to it
/// changes the model.
struct NamedTensor {
  std::string name;
  at::Tensor tensor;
};

/// A row of the table that shows a model.
struct LayerRow {
  std::string name;                        ///< "conv1 (Conv2d 3×3)"
  std::vector<std::int64_t> output_shape;  ///< of one sample; empty if unknown
  std::int64_t parameters = 0;
};

/// What the outputs mean: unbounded scores, or what a final softmax or sigmoid made of them.
enum class OutputForm { kLogits, kProbabilities };

/// A network as the trainer sees it. One thread at a time.
class Model {
 public:
  virtual ~Model() = default;

  /// An input each of [n, input shape…] of input_type() → [n, outputs] of floating point. Of texts: [n, T] i64 token ids, T from batch to
  /// batch another, up to the longest text's; after a text's last token, ids are 0 (padding): (ids != 0) is the mask. A tensor
  /// alone stands for the only input, and for outputs without auxiliary ones.
  virtual Outputs forward(const Inputs& inputs) = 0;

  virtual std::vector<NamedTensor> parameters() const = 0;  ///< trainable, in a fixed order
  virtual std::vector<NamedTensor> buffers() const = 0;     ///< saved with the model, not trained, in a fixed order

  /// Where the backward pass of the next forward() may leave gradients: `memory` has a contiguous tensor for each of parameters(), in its
  /// order. A layer that can make use of one saves a copy; the gradients that autograd hands out are the same either way.
  virtual void offer_gradients(const std::vector<at::Tensor>& /*memory*/) {}

  virtual void set_training(bool training) = 0;  ///< dropout and batch statistics on or off
  virtual void to(at::Device device) = 0;

  /// kFloat, or kDouble of a model that is fitted to a table in f64: its inputs are not rounded on their way from the file.
  virtual at::ScalarType input_type() const { return at::kFloat; }

  /// Whether forward() takes missing values (NaN, which is never the same as 0); else they are an error without data.impute.
  virtual bool takes_missing_values() const { return false; }

  virtual OutputForm output_form() const = 0;
  virtual std::vector<LayerRow> layers() const = 0;
};

}  // namespace galen::models
