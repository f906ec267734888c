#pragma once

#include "data/transforms/transforms.h"
#include "galen/random_stream.h"
#include "tests/support/places.h"
#include "tests/support/run_python.h"
#include "tests/support/temporary_folder.h"

#include <ATen/core/Tensor.h>
#include <ATen/ops/empty.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <fstream>
#include <string>
#include <vector>

namespace galen::test {

using Shape = std::vector<std::int64_t>;

/// Whole numbers from 0 to 255.
inline at::Tensor random_sample(const Shape& shape, std::uint64_t seed = 1) {
  RandomStream random(seed);
  at::Tensor sample = at::empty(shape, at::kFloat);
  for (std::int64_t i = 0; i < sample.numel(); ++i) {
    sample.mutable_data_ptr<float>()[i] = static_cast<float>(static_cast<int>(random.uniform(0, 256)));
  }
  return sample;
}

inline at::Tensor applied(const data::Transforms& transforms, const at::Tensor& sample, const data::SampleKey& key = {},
                          bool training = true) {
  at::Tensor out = at::empty(transforms.output_shape(), at::kFloat);
  data::Workspace workspace;
  transforms.apply(sample.const_data_ptr<float>(), out.mutable_data_ptr<float>(), key, training, workspace);
  return out;
}

inline at::Tensor prepared(const std::string& prepare, const at::Tensor& sample) {
  return applied(data::Transforms({prepare, ""}, sample.sizes().vec(), {0, 255}), sample);
}

inline at::Tensor augmented(const std::string& augment, const at::Tensor& sample, const data::SampleKey& key = {}) {
  return applied(data::Transforms({"", augment}, sample.sizes().vec(), {0, 255}), sample, key);
}

inline void expect_near(const at::Tensor& values, const at::Tensor& expected, double tolerance) {
  ASSERT_EQ(values.sizes(), expected.sizes());
  const at::Tensor wanted = expected.contiguous();
  for (std::int64_t i = 0; i < values.numel(); ++i) {
    ASSERT_NEAR(values.const_data_ptr<float>()[i], wanted.const_data_ptr<float>()[i], tolerance) << "value " << i;
  }
}

/// What a Python expression over numpy (np), scipy.ndimage (nd) and the sample (x) gives, of shape `shape`.
inline at::Tensor in_python(const std::string& expression, const at::Tensor& sample, const Shape& shape) {
  const TemporaryFolder folder;
  std::ofstream(folder / "x", std::ios::binary)
      .write(static_cast<const char*>(sample.const_data_ptr()), static_cast<long>(sample.nbytes()));
  std::string extents;
  for (const std::int64_t extent : sample.sizes()) extents += std::to_string(extent) + ",";
  const std::string script = "import numpy as np, scipy.ndimage as nd\nx = np.fromfile('x', 'f4').reshape(" + extents +
                             ").astype('f8')\nnp.ascontiguousarray(" + expression + ").astype('f4').tofile('y')";
  const ProgramResult result = run_python({"-c", script}, folder / ".");
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  at::Tensor values = at::empty(shape, at::kFloat);
  std::ifstream(folder / "y", std::ios::binary).read(static_cast<char*>(values.mutable_data_ptr()), static_cast<long>(values.nbytes()));
  return values;
}

}  // namespace galen::test
