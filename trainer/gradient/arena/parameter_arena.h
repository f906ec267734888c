#pragma once

#include "comm/node.h"
#include "models/model.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

namespace galen::trainer {

/// The place of a parameter in the arena: elements [begin, end).
struct ParameterSlice {
  std::string name;
  std::int64_t begin = 0;
  std::int64_t end = 0;
  std::int64_t rows = 1;         ///< its first dimension, if it is seen as a matrix
  bool one_dimensional = false;  ///< a bias or a norm's scale
};

/// All parameters of a model in one flat f32 vector, and further vectors of the same layout for gradients and the optimiser's state. The
/// model's tensors become views of it.
///
/// On a CPU they are in memory shared by the ranks of a node: one copy of the parameters and of the state, and gradients that each rank
/// writes and all can read. On a GPU every rank has its own.
///
/// Each parameter starts on a 64-byte boundary; the gap before it stays zero.
class ParameterArena {
 public:
  /// Takes the parameters' values of the node's first rank. `model` must already be on its device and keep its parameter tensors; it and
  /// `node` must outlive the arena. Collective over the node's group.
  ParameterArena(models::Model& model, comm::Node& node);

  /// `elements` rounded up to a multiple of 64 bytes, in elements.
  static std::int64_t aligned(std::int64_t elements);

  std::int64_t size() const { return values_.numel(); }
  const std::vector<ParameterSlice>& slices() const { return slices_; }
  const std::string& parameter_at(std::int64_t element) const;  ///< name of the parameter that contains it

  at::Tensor& values() { return values_; }  ///< [size()]
  const at::Tensor& values() const { return values_; }
  bool on_cpu() const { return values_.is_cpu(); }

  /// Zeros [elements], f32, for state: on a CPU shared by the node. Collective.
  at::Tensor shared(std::int64_t elements) const;

  /// Zeros [ranks, elements], f32: on a CPU one row for each rank of the node, by rank on it, else one row. Collective.
  at::Tensor rows(std::int64_t elements) const;
  std::int64_t my_row() const { return on_cpu() ? node_.rank() : 0; }

  /// Views of `flat` ([size()] or more elements) with the place and shape of each parameter.
  std::vector<at::Tensor> views_of(const at::Tensor& flat) const;

 private:
  comm::Node& node_;
  std::vector<ParameterSlice> slices_;
  std::vector<std::vector<std::int64_t>> shapes_;
  at::Tensor values_;
};

}  // namespace galen::trainer
