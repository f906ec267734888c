#pragma once

#include "galen/range.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <utility>
#include <vector>

namespace galen {

/// One kind of data of some samples: their images, their signals, their texts, their rows of a table.
struct Input {
  at::Tensor values;        ///< [n, …]
  at::Tensor length = {};   ///< [n] i64: values of each sample that count along the last dimension; undefined: all
  at::Tensor present = {};  ///< [n] bool: samples that have such data, the values of others are 0; undefined: all have

  Input rows(Range range) const;  ///< views, no copy
  Input to(at::Device device, bool non_blocking = false) const;
};

/// What a model is given of some samples: an entry a kind of data, in the order of data.input. Every tensor has a row a sample.
struct Inputs : std::vector<Input> {
  using std::vector<Input>::vector;

  /// The only input, whole and present.
  Inputs(at::Tensor values) : std::vector<Input>{Input{std::move(values)}} {}

  Inputs rows(Range range) const;  ///< views, no copy
  Inputs to(at::Device device, bool non_blocking = false) const;

  /// Values of the only input, for what takes a single tensor. Several, or none, throw galen::UsageError.
  const at::Tensor& only() const;

  std::int64_t samples() const { return empty() ? 0 : front().values.size(0); }
};

}  // namespace galen
