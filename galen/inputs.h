#pragma once

#include "galen/range.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <utility>
#include <vector>

namespace galen {

/// One kind of data of a number of samples: images, signals, texts, or rows of a table.
struct Input {
  at::Tensor values;        ///< [n, …]
  at::Tensor length = {};   ///< [n] i64: valid values of each sample along the last dimension; undefined: all
  at::Tensor present = {};  ///< [n] bool: samples that have this kind of data; the values of the others are 0; undefined: all

  Input rows(Range range) const;  ///< views, no copy
  Input to(at::Device device, bool non_blocking = false) const;
};

/// What a model gets of a number of samples: one entry per array in data.input, in that order. Dimension 0 of every tensor is the sample.
struct Inputs : std::vector<Input> {
  using std::vector<Input>::vector;

  /// A single input, of full length and present in every sample.
  Inputs(at::Tensor values) : std::vector<Input>{Input{std::move(values)}} {}

  Inputs rows(Range range) const;  ///< views, no copy
  Inputs to(at::Device device, bool non_blocking = false) const;

  /// Values of the only input, for code that takes a single tensor. Throws galen::UsageError unless there is exactly one input.
  const at::Tensor& only() const;

  std::int64_t samples() const { return empty() ? 0 : front().values.size(0); }
};

}  // namespace galen
