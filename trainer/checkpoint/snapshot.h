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

inline constexpr char kWeights[] = "weights";      ///< the section that every checkpoint has: the model's parameters and buffers
inline constexpr char kOptimizer[] = "optimizer";  ///< a gradient learner's: the optimiser's state, parameter by parameter

/// Tensors of a run that are stored together: the files SECTION.safetensors of a checkpoint.
struct Section {
  std::string name;  ///< lower case letters and _
  std::vector<models::NamedTensor> tensors;

  /// The first so many change in the part of a round after RoundHost::before_change() alone, and are copied beside what comes before it.
  /// Those behind them, such as running averages, which forward passes change, are copied at once.
  std::size_t steady = std::numeric_limits<std::size_t>::max();

  /// Tensors whose first dimension may grow, by name, and to how many rows at most. They own their memory: Tensor::resize_() works.
  std::map<std::string, std::int64_t> most_rows = {};

  bool grows(const std::string& tensor) const { return most_rows.contains(tensor); }
};

/// The tensors of a run: what a checkpoint saves and restores. They share memory with the learner's, or are a copy of theirs.
struct Snapshot {
  std::vector<Section> sections;  ///< kWeights first

  /// Of the section of that name; empty where there is none.
  const std::vector<models::NamedTensor>& tensors(std::string_view section) const;
  const std::vector<models::NamedTensor>& weights() const { return tensors(kWeights); }
};

/// A model's part of a snapshot.
std::vector<models::NamedTensor> weights_of(const models::Model& model);

/// The section of a model's tensors, of which parameters change after RoundHost::before_change() alone.
Section weights_section(const models::Model& model);

/// Of all its tensors.
std::int64_t bytes_of(const Snapshot& snapshot);

}  // namespace galen::trainer
