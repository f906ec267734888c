#pragma once

#include "models/model.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace galen::trainer {

inline constexpr char kWeights[] = "weights";      ///< in every checkpoint: the model's parameters and buffers
inline constexpr char kOptimizer[] = "optimizer";  ///< of a gradient learner: the optimiser's state, parameter by parameter

/// Tensors that are stored together: the files SECTION.safetensors of a checkpoint.
struct Section {
  std::string name;  ///< lower case letters and _
  std::vector<models::NamedTensor> tensors;

  /// The number of leading tensors that change only after RoundHost::before_change(); they are copied in the background. The others, such
  /// as running averages, which forward passes change, are copied at once.
  std::size_t steady = std::numeric_limits<std::size_t>::max();

  /// Tensors whose first dimension may grow: name → largest number of rows. They own their memory: Tensor::resize_() works.
  std::map<std::string, std::int64_t> most_rows = {};

  bool grows(const std::string& tensor) const { return most_rows.contains(tensor); }
};

/// The tensors of a run that a checkpoint saves and restores. They share memory with the learner's, or are a copy.
struct Snapshot {
  std::vector<Section> sections;  ///< kWeights first

  /// The tensors of the section of that name; empty if there is none.
  const std::vector<models::NamedTensor>& tensors(std::string_view section) const;
  const std::vector<models::NamedTensor>& weights() const { return tensors(kWeights); }
};

/// The parameters and buffers of a model, by name.
std::vector<models::NamedTensor> weights_of(const models::Model& model);

/// The section of a model's tensors. Its parameters change only after RoundHost::before_change().
Section weights_section(const models::Model& model);

/// Total size of all tensors.
std::int64_t bytes_of(const Snapshot& snapshot);

}  // namespace galen::trainer
