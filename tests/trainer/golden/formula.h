#pragma once

#include "models/model.h"
#include "models/model_options.h"
#include "tests/support/places.h"

#include <ATen/core/Tensor.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty.h>
#include <c10/util/Exception.h>

#include <cmath>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

/// The C++ version of make_golden.py: the same weights, images and labels, and PyTorch's results.
namespace galen::test::golden {

inline constexpr std::int64_t kBatches = 4;  ///< used cyclically by the 20 steps
inline constexpr std::uint64_t kImageStream = 1000;
inline constexpr double kBiasLimit = 0.05;

struct Case {
  std::string name;
  std::vector<std::int64_t> shape;  ///< of an image
  std::int64_t batch;
  std::int64_t classes;
  double learning_rate;  ///< of Adam

  models::ModelOptions options() const { return {.name = name}; }
  models::ModelShape model_shape() const { return {shape, classes == 2 ? 1 : classes, true}; }
};

inline std::vector<Case> cases() {
  return {{"cnn28", {1, 28, 28}, 16, 10, 1e-3}, {"cnn32", {3, 32, 32}, 16, 10, 3e-4}, {"cnn150", {3, 150, 150}, 4, 2, 1e-4}};
}

/// Element `index` of a stream, in [0, 1) in steps of 2⁻²⁴: SplitMix64's number (stream << 32) + index + 1.
inline double uniform(std::uint64_t stream, std::uint64_t index) {
  std::uint64_t z = ((stream << 32) + index + 1) * 0x9e3779b97f4a7c15;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  z = z ^ (z >> 31);
  return static_cast<double>(z >> 40) / (1 << 24);
}

/// Weights within Glorot's limit, biases within ±0.05. The parameters are contiguous, on the CPU.
inline void fill(const models::Model& model) {
  const at::NoGradGuard no_grad;
  std::uint64_t stream = 0;
  for (const auto& [name, tensor] : model.parameters()) {
    double limit = kBiasLimit;
    if (tensor.dim() > 1) {
      const std::int64_t field = tensor[0][0].numel();
      limit = std::sqrt(6.0 / static_cast<double>(tensor.size(0) * field + tensor.size(1) * field));
    }
    TORCH_CHECK(tensor.is_contiguous());
    float* values = tensor.data_ptr<float>();
    for (std::int64_t i = 0; i < tensor.numel(); ++i) values[i] = static_cast<float>((2 * uniform(stream, i) - 1) * limit);
    ++stream;
  }
}

/// [batch, C, H, W] f32 in [0, 1); sample k has (k + 1) / batch of the full brightness.
inline at::Tensor images(const Case& golden, std::int64_t batch_number) {
  std::vector<std::int64_t> shape = golden.shape;
  shape.insert(shape.begin(), golden.batch);
  at::Tensor batch = at::empty(shape, at::kFloat);
  float* values = batch.data_ptr<float>();
  const std::int64_t sample_size = batch.numel() / golden.batch;
  for (std::int64_t i = 0; i < batch.numel(); ++i) {
    const auto brightness = static_cast<double>(i / sample_size + 1);
    values[i] = static_cast<float>(uniform(kImageStream + batch_number, i) * brightness / static_cast<double>(golden.batch));
  }
  return batch;
}

/// [batch] i64
inline at::Tensor labels(const Case& golden, std::int64_t batch_number) {
  at::Tensor batch = at::empty({golden.batch}, at::kLong);
  std::int64_t* values = batch.data_ptr<std::int64_t>();
  for (std::int64_t i = 0; i < golden.batch; ++i) {
    const std::int64_t sample = batch_number * golden.batch + i;
    values[i] = golden.classes == 2 ? sample % 4 != 0 : sample * 7 % golden.classes;
  }
  return batch;
}

/// PyTorch's figures.
struct Reference {
  std::vector<std::vector<double>> outputs;  ///< of the first samples of batch 0, before training
  std::vector<double> losses;                ///< mean over the batch, at each step
};

inline Reference reference(const std::string& name) {
  const std::filesystem::path path = source_folder() / "tests/trainer/golden" / (name + ".txt");
  std::ifstream file(path);
  TORCH_CHECK(file, "cannot read ", path.string());
  Reference reference;
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string kind;
    std::int64_t number = 0;
    words >> kind >> number;
    std::vector<double> values;
    for (double value = 0; words >> value;) values.push_back(value);
    if (kind == "output") reference.outputs.push_back(values);
    if (kind == "loss") reference.losses.push_back(values.at(0));
  }
  return reference;
}

}  // namespace galen::test::golden
