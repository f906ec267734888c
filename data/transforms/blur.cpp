#include "data/transforms/blur.h"

#include <algorithm>
#include <cmath>

namespace galen::data {

namespace {

std::int64_t radius_of(double sigma) { return static_cast<std::int64_t>(4 * sigma + 0.5); }

// weights[0 … radius]: those of the centre and of each distance from it.
void fill_weights(double sigma, float* weights) {
  const std::int64_t radius = radius_of(sigma);
  double sum = 0;
  for (std::int64_t k = -radius; k <= radius; ++k) sum += std::exp(-0.5 * static_cast<double>(k * k) / (sigma * sigma));
  for (std::int64_t k = 0; k <= radius; ++k) {
    weights[k] = static_cast<float>(std::exp(-0.5 * static_cast<double>(k * k) / (sigma * sigma)) / sum);
  }
}

std::int64_t mirrored(std::int64_t i, std::int64_t extent) {
  i = i < 0 ? -1 - i : i;
  i %= 2 * extent;
  return i < extent ? i : 2 * extent - 1 - i;
}

/// An array [outer, extent, inner], whose middle axis is smoothed.
struct Axis {
  std::int64_t outer, extent, inner;
};

void smooth_axis(const float* weights, std::int64_t radius, const Axis& axis, const float* values, float* result) {
  const auto [outer, extent, inner] = axis;
  for (std::int64_t o = 0; o < outer; ++o, values += extent * inner, result += extent * inner) {
    for (std::int64_t i = 0; i < extent; ++i) {
      float* row = result + i * inner;
      const float* centre = values + i * inner;
      for (std::int64_t j = 0; j < inner; ++j) row[j] = weights[0] * centre[j];
      for (std::int64_t k = 1; k <= radius; ++k) {
        const float* before = values + mirrored(i - k, extent) * inner;
        const float* after = values + mirrored(i + k, extent) * inner;
        for (std::int64_t j = 0; j < inner; ++j) row[j] += weights[k] * (before[j] + after[j]);
      }
    }
  }
}

void smooth(const Grid& grid, double sigma, const float* sample, float* result, Workspace& workspace) {
  const std::int64_t radius = radius_of(sigma);
  if (radius == 0) {
    std::copy_n(sample, grid.elements(), result);
    return;
  }
  float* weights = workspace.values(Workspace::kLine, radius + 1);
  fill_weights(sigma, weights);
  const float* values = sample;
  std::int64_t outer = grid.channels;
  for (int a = 0; a < grid.first_axis(); ++a) outer *= grid.extent[a];
  for (int a = grid.first_axis(); a < Grid::kAxes; ++a) {
    const bool is_last = a + 1 == Grid::kAxes;
    float* into = is_last ? result : workspace.values(a == 0 ? Workspace::kFirstPass : Workspace::kSecondPass, grid.elements());
    smooth_axis(weights, radius, {outer, grid.extent[a], grid.elements() / (outer * grid.extent[a])}, values, into);
    outer *= grid.extent[a];
    values = into;
  }
}

constexpr double kLargestSigma = 100;

}  // namespace

Transform make_blur(Arguments& arguments, const SampleForm& form) {
  const double sigma = arguments.number("sigma", 0, kLargestSigma);
  const auto values = [grid = form.grid, sigma](const float* sample, float* result, RandomStream, Workspace& workspace) {
    smooth(grid, sigma, sample, result, workspace);
  };
  return {.result = form, .values = values};
}

Transform make_random_blur(Arguments& arguments, const SampleForm& form) {
  const double most = arguments.number("sigma", 0, kLargestSigma);
  const auto values = [grid = form.grid, most](const float* sample, float* result, RandomStream random, Workspace& workspace) {
    smooth(grid, random.uniform(0, most), sample, result, workspace);
  };
  return {.result = form, .values = values};
}

}  // namespace galen::data
