#include "data/transforms/transforms.h"
#include "tests/data/transforms/samples.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/_adaptive_avg_pool3d.h>
#include <ATen/ops/adaptive_avg_pool2d.h>
#include <ATen/ops/affine_grid_generator.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/grid_sampler.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/upsample_bilinear2d.h>
#include <ATen/ops/upsample_linear1d.h>
#include <ATen/ops/upsample_trilinear3d.h>

#include <cmath>

namespace galen::data {
namespace {

using test::augmented;
using test::expect_near;
using test::in_python;
using test::prepared;
using test::random_sample;
using test::Shape;

constexpr double kClose = 2e-3;  // of values up to 255

TEST(Resize, BilinearIsPyTorchs) {
  const at::Tensor image = random_sample({3, 13, 17});
  expect_near(prepared("resize(30, 20, bilinear)", image), at::upsample_bilinear2d(image.unsqueeze(0), {30, 20}, false)[0], kClose);
  expect_near(prepared("resize(5, 40, bilinear)", image), at::upsample_bilinear2d(image.unsqueeze(0), {5, 40}, false)[0], kClose);
  const at::Tensor volume = random_sample({2, 5, 6, 7});
  expect_near(prepared("resize(9, 4, 11, bilinear)", volume), at::upsample_trilinear3d(volume.unsqueeze(0), {9, 4, 11}, false)[0], kClose);
  const at::Tensor signal = random_sample({2, 30});
  expect_near(prepared("resize(71)", signal), at::upsample_linear1d(signal.unsqueeze(0), {71}, false)[0], kClose);
  expect_near(prepared("resize(4, 5)", random_sample({1, 1, 1})), random_sample({1, 1, 1}).expand({1, 4, 5}), kClose);
}

TEST(Resize, AreaByWholeFactorsIsPyTorchsPooling) {
  const at::Tensor image = random_sample({3, 24, 36});
  expect_near(prepared("resize(8, 9)", image), at::adaptive_avg_pool2d(image, {8, 9}), kClose);
  const at::Tensor volume = random_sample({2, 8, 6, 10});
  expect_near(prepared("resize(2, 6, 5, area)", volume), at::_adaptive_avg_pool3d(volume, {2, 6, 5}), kClose);
}

// Each cell repeated as often as there are to be cells, then blocks of as many as there were: both fit without a remainder.
TEST(Resize, AreaByAnyFactorIsTheMeanOfWhatIsCovered) {
  if (!test::python()) GTEST_SKIP() << "needs a Python with numpy and scipy (launch/setup.sh --tests)";
  const at::Tensor image = random_sample({2, 13, 17});
  const std::string mean = "x.repeat(5, 1).repeat(7, 2).reshape(2, 5, 13, 7, 17).mean((2, 4))";
  expect_near(prepared("resize(5, 7)", image), in_python(mean, image, {2, 5, 7}), kClose);
}

at::Tensor ramp(const Shape& shape, std::int64_t axis) {
  Shape along(shape.size(), 1);
  along[static_cast<std::size_t>(axis)] = shape[static_cast<std::size_t>(axis)];
  return at::arange(along[static_cast<std::size_t>(axis)], at::kFloat).view(along).expand(shape);
}

// Channels: an image, ones, and each cell's coordinates. What becomes of the coordinates tells where a warp took its values from, as far
// as the ones have stayed ones; there the image must be what scipy takes at those places.
at::Tensor with_coordinates(const at::Tensor& image) {
  const Shape shape = image.sizes().vec();
  std::vector<at::Tensor> channels = {image, at::ones(shape)};
  for (std::size_t axis = 1; axis < shape.size(); ++axis) channels.push_back(ramp(shape, static_cast<std::int64_t>(axis)));
  return at::cat(channels).contiguous();
}

void expect_as_scipy_samples(const std::string& augment, const Shape& shape, double share_inside) {
  if (!test::python()) GTEST_SKIP() << "needs a Python with numpy and scipy (launch/setup.sh --tests)";
  const at::Tensor image = random_sample(shape, 7);
  for (std::int64_t sample = 0; sample < 2; ++sample) {
    const at::Tensor warped = augmented(augment, with_coordinates(image), {.sample = sample});
    const at::Tensor both = at::cat({with_coordinates(image), warped}).contiguous();
    const std::string n = std::to_string(shape.size() + 1);
    const Shape one(shape.begin() + 1, shape.end());
    const at::Tensor expected = in_python("nd.map_coordinates(x[0], x[" + n + " + 2:], order=1, mode='nearest')", both, one);
    std::int64_t inside = 0;
    for (std::int64_t i = 0; i < expected.numel(); ++i) {
      if (warped[1].const_data_ptr<float>()[i] < 1 - 1e-5) continue;
      ++inside;
      ASSERT_NEAR(warped[0].const_data_ptr<float>()[i], expected.const_data_ptr<float>()[i], 0.02) << "value " << i;
    }
    EXPECT_GT(static_cast<double>(inside), share_inside * static_cast<double>(expected.numel()));
  }
}

TEST(Warp, TakesImagesWhereScipyDoes) {
  expect_as_scipy_samples("rotate(40)", {1, 21, 30}, 0.5);
  expect_as_scipy_samples("affine(rotate=20, scale=0.2, shear=10, shift=2)", {1, 25, 25}, 0.4);
  expect_as_scipy_samples("elastic(1, 8)", {1, 25, 31}, 0.6);
}

TEST(Warp, TakesVolumesWhereScipyDoes) {
  expect_as_scipy_samples("rotate(40, axis=all)", {1, 11, 12, 13}, 0.3);
  expect_as_scipy_samples("affine(rotate=20, scale=0.2, shear=10, shift=1, axis=height)", {1, 10, 11, 12}, 0.2);
  expect_as_scipy_samples("elastic(0.7, 6)", {1, 10, 11, 12}, 0.3);
}

// The angle is read off the coordinates around the centre; from there on it is PyTorch's affine grid and sampler, edges included.
TEST(Warp, RotatesAboutTheCentreAsPyTorch) {
  const at::Tensor image = random_sample({1, 21, 21}, 9);
  for (std::int64_t sample = 0; sample < 20; ++sample) {
    const at::Tensor warped = augmented("rotate(30)", with_coordinates(image), {.sample = sample});
    const auto at_cell = [&](int channel, int y, int x) { return warped[channel][y][x].item<double>(); };
    const double angle = std::atan2(at_cell(2, 10, 15) - at_cell(2, 10, 5), at_cell(3, 10, 15) - at_cell(3, 10, 5));
    EXPECT_LE(std::abs(angle), 30.01 * M_PI / 180);
    EXPECT_NEAR(at_cell(2, 10, 10), 10, 1e-4);
    EXPECT_NEAR(at_cell(3, 10, 10), 10, 1e-4);
    const auto c = static_cast<float>(std::cos(angle));
    const auto s = static_cast<float>(std::sin(angle));
    const at::Tensor theta = at::tensor({c, -s, 0.F, s, c, 0.F}).view({1, 2, 3});
    const at::Tensor grid = at::affine_grid_generator(theta, {1, 1, 21, 21}, true);
    expect_near(warped.slice(0, 0, 1), at::grid_sampler(image.unsqueeze(0), grid, 0, 0, true)[0], 0.05);
  }
}

TEST(Warp, DrawsAnglesEvenly) {
  const at::Tensor image = random_sample({1, 21, 21});
  double sum = 0;
  double largest = 0;
  for (std::int64_t sample = 0; sample < 400; ++sample) {
    const at::Tensor warped = augmented("rotate(30)", with_coordinates(image), {.sample = sample});
    const double angle = std::asin((warped[2][10][15].item<double>() - 10) / 5) * 180 / M_PI;
    sum += angle;
    largest = std::max(largest, std::abs(angle));
  }
  EXPECT_NEAR(sum / 400, 0, 4.5);  // five deviations of the mean
  EXPECT_GT(largest, 28);
}

TEST(Warp, LeavesSlicesOfVolumesSlices) {
  const at::Tensor warped = augmented("rotate(40)", with_coordinates(random_sample({1, 5, 15, 15})));
  for (int d = 0; d < 5; ++d) EXPECT_NEAR(warped[2][d][7][7].item<float>(), d, 1e-5);
}

TEST(Elastic, MovesByAboutItsStrengthAndSmoothly) {
  double squares = 0;
  double steepest = 0;
  for (std::int64_t sample = 0; sample < 20; ++sample) {
    const at::Tensor warped = augmented("elastic(2, 16)", with_coordinates(random_sample({1, 64, 64})), {.sample = sample});
    const at::Tensor moved = warped[3] - ramp({64, 64}, 1);
    for (int y = 12; y < 52; ++y) {
      for (int x = 12; x < 52; ++x) {
        const double here = moved[y][x].item<double>();
        squares += here * here;
        steepest = std::max(steepest, std::abs(moved[y][x + 1].item<double>() - here));
      }
    }
  }
  // Cubic B-splines keep, on average over places, (151 / 315) of the variance of control points along each axis.
  EXPECT_NEAR(std::sqrt(squares / (20 * 1600)), 2 * 151.0 / 315, 0.15);
  EXPECT_LT(steepest, 1);
}

TEST(Blur, IsScipys) {
  if (!test::python()) GTEST_SKIP() << "needs a Python with numpy and scipy (launch/setup.sh --tests)";
  const at::Tensor image = random_sample({2, 15, 22});
  expect_near(prepared("blur(1.3)", image), in_python("nd.gaussian_filter(x, (0, 1.3, 1.3))", image, {2, 15, 22}), kClose);
  const at::Tensor volume = random_sample({2, 7, 8, 9});
  expect_near(prepared("blur(2.1)", volume), in_python("nd.gaussian_filter(x, (0, 2.1, 2.1, 2.1))", volume, {2, 7, 8, 9}), kClose);
  const at::Tensor signal = random_sample({2, 40});
  expect_near(prepared("blur(3)", signal), in_python("nd.gaussian_filter(x, (0, 3))", signal, {2, 40}), kClose);
}

}  // namespace
}  // namespace galen::data
