// What stands outside of samples: 0, a number, the smallest value, the edge.

#include "data/transforms/transforms.h"
#include "galen/error.h"
#include "tests/data/transforms/samples.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/flip.h>
#include <ATen/ops/full.h>
#include <ATen/ops/where.h>
#include <gmock/gmock.h>

#include <cmath>

namespace galen::data {
namespace {

using test::augmented;
using test::expect_near;
using test::in_python;
using test::prepared;
using test::random_sample;
using test::Shape;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

at::Tensor above_zero(const Shape& shape) { return random_sample(shape, 3) + 1; }

at::Tensor moved_mask(const std::string& augment, const Shape& shape, std::uint8_t label, std::int64_t sample) {
  const Transforms transforms({"", augment}, shape, {0, 255});
  const at::Tensor mask = at::full(at::IntArrayRef(shape).slice(1), label, at::kByte);
  at::Tensor moved = at::empty(mask.sizes(), at::kByte);
  Workspace workspace;
  transforms.apply_to_mask(mask.const_data_ptr<std::uint8_t>(), moved.mutable_data_ptr<std::uint8_t>(), {.sample = sample}, true,
                           workspace);
  return moved;
}

TEST(Fill, OfPadIsPyTorchsAndNumPys) {
  const at::Tensor image = random_sample({2, 7, 9}) - 100;
  EXPECT_TRUE(at::equal(prepared("pad(2, 3, fill=-1024)", image), at::constant_pad_nd(image, {3, 3, 2, 2}, -1024)));
  EXPECT_TRUE(at::equal(prepared("pad(2, fill=0)", image), at::constant_pad_nd(image, {2, 2, 2, 2}, 0)));
  if (!test::python()) GTEST_SKIP() << "needs a Python with numpy and scipy (launch/setup.sh --tests)";
  const std::string pads = "((0, 0), (2, 2), (3, 3))";
  expect_near(prepared("pad(2, 3, fill=edge)", image), in_python("np.pad(x, " + pads + ", 'edge')", image, {2, 11, 15}), 0);
  expect_near(prepared("pad(2, 3, fill=min)", image),
              in_python("np.stack([np.pad(c, ((2, 2), (3, 3)), constant_values=c.min()) for c in x])", image, {2, 11, 15}), 0);
}

TEST(Fill, OfSequencesIsThatOfEachPart) {
  const at::Tensor image = random_sample({1, 8, 8});
  const at::Tensor both = at::constant_pad_nd(at::flip(at::constant_pad_nd(image, {1, 1, 1, 1}, -5), {2}), {2, 2, 2, 2}, 0);
  EXPECT_TRUE(at::equal(prepared("pad(1, fill=-5); flip(horizontal); pad(2)", image), both));
  EXPECT_TRUE(at::equal(prepared("pad(1, fill=-5); flip(horizontal)", image), at::flip(at::constant_pad_nd(image, {1, 1, 1, 1}, -5), {2})));
  // The edge, and the smallest value, are those of what was cut out.
  const at::Tensor ramp = at::arange(64, at::kFloat).view({1, 8, 8});
  const at::Tensor edges = prepared("crop(4); pad(1, fill=edge)", ramp);
  EXPECT_EQ(edges[0][0][0].item<float>(), 18);
  EXPECT_EQ(edges[0][5][5].item<float>(), 45);
  EXPECT_EQ(prepared("crop(4); pad(1, fill=min)", ramp)[0][5][5].item<float>(), 18);
}

TEST(Fill, StandsWhereZeroStoodBefore) {
  for (const std::string call :
       {"shift(3)", "random_crop(9, 11, padding=4)", "rotate(40)", "affine(rotate=10, shift=3)", "elastic(3, 6)"}) {
    SCOPED_TRACE(call);
    const std::string filled = call.substr(0, call.size() - 1) + ", fill=-1000)";
    const std::string smallest = call.substr(0, call.size() - 1) + ", fill=min)";
    const at::Tensor image = above_zero({2, 12, 13});
    bool any = false;
    for (std::int64_t sample = 0; sample < 6; ++sample) {
      const at::Tensor usual = augmented(call, image, {.sample = sample});
      // A constant is that constant everywhere; so what the fill adds is its share of each cell.
      const at::Tensor share = 1 - augmented(call, at::full({2, 12, 13}, 1.F), {.sample = sample});
      expect_near(augmented(filled, image, {.sample = sample}), usual - 1000 * share, 0.01);
      const at::Tensor least = image.amin({1, 2}, /*keepdim=*/true);
      expect_near(augmented(smallest, image, {.sample = sample}), usual + least * share, 0.01);
      any = any || share.max().item<float>() > 0.5;
    }
    EXPECT_TRUE(any) << "nothing lay outside";
  }
}

// The angle is read off coordinates around the centre; scipy then turns the image by it.
TEST(Fill, OfRotationsIsScipys) {
  if (!test::python()) GTEST_SKIP() << "needs a Python with numpy and scipy (launch/setup.sh --tests)";
  const at::Tensor image = random_sample({1, 21, 21}, 9);
  const at::Tensor rows = at::arange(21, at::kFloat).view({1, 21, 1}).expand({1, 21, 21}).contiguous();
  const at::Tensor columns = at::arange(21, at::kFloat).view({1, 1, 21}).expand({1, 21, 21}).contiguous();
  for (std::int64_t sample = 0; sample < 3; ++sample) {
    const at::Tensor y = augmented("rotate(40)", rows, {.sample = sample});
    const at::Tensor x = augmented("rotate(40)", columns, {.sample = sample});
    const double angle = std::atan2((y[0][10][15] - y[0][10][5]).item<double>(), (x[0][10][15] - x[0][10][5]).item<double>());
    const std::string turned = fmt::format(
        "(lambda m: nd.affine_transform(x[0], m, np.array([10, 10]) - m @ np.array([10, 10]), order=1, mode='MODE', cval=-1000)[None])"
        "(np.array([[{0}, {1}], [-({1}), {0}]]))",
        std::cos(angle), std::sin(angle));
    const auto scipy = [&](const std::string& mode) {
      std::string expression = turned;
      return in_python(expression.replace(expression.find("MODE"), 4, mode), image, {1, 21, 21});
    };
    expect_near(augmented("rotate(40, fill=-1000)", image, {.sample = sample}), scipy("grid-constant"), 0.1);
    expect_near(augmented("rotate(40, fill=edge)", image, {.sample = sample}), scipy("nearest"), 0.1);
  }
}

TEST(Fill, LeavesMasksTheirBackground) {
  for (const std::string call : {"shift(6, ", "rotate(60, ", "elastic(5, 6, ", "affine(shift=6, "}) {
    SCOPED_TRACE(call);
    int zeros = 0;
    for (std::int64_t sample = 0; sample < 10; ++sample) {
      for (const char* fill : {"fill=-1000)", "fill=9)", "fill=min)"}) {
        const at::Tensor moved = moved_mask(call + fill, {1, 12, 12}, 4, sample);
        EXPECT_TRUE(((moved == 4) | (moved == 0)).all().item<bool>());
        zeros += (moved == 0).any().item<bool>();
      }
      EXPECT_TRUE((moved_mask(call + "fill=edge)", {1, 12, 12}, 4, sample) == 4).all().item<bool>());
    }
    EXPECT_GT(zeros, 0);
  }
}

TEST(Fill, KeepsTheFastPathWhereOneNumberStandsOutside) {
  const auto is_fast = [](const std::string& prepare) { return Transforms({prepare, ""}, {1, 8, 8}, {0, 255}).view({}, true).has_value(); };
  EXPECT_TRUE(is_fast("pad(2)"));
  EXPECT_TRUE(is_fast("pad(2, fill=-1000); flip(vertical); crop(9)"));
  EXPECT_TRUE(is_fast("pad(2, fill=-1000); pad(1, fill=-1000)"));
  EXPECT_FALSE(is_fast("pad(2, fill=-1000); pad(1)"));
  EXPECT_FALSE(is_fast("pad(2, fill=min)"));
}

TEST(Fill, ThatIsWrongIsRefused) {
  const auto refusal = [](const TransformOptions& options) {
    try {
      const Transforms transforms(options, {1, 8, 8}, {0, 255});
    } catch (const UsageError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_THAT(refusal({"pad(2, fill=air)", ""}), HasSubstr("fill must be a number, min or edge, not air"));
  EXPECT_THAT(refusal({"pad(2, fill=nan)", ""}), HasSubstr("fill must be a number"));
  EXPECT_THAT(refusal({"crop(2, fill=1)", ""}), HasSubstr("there is no argument fill"));
  EXPECT_THAT(refusal({"", "random_crop(4, fill=1)"}), HasSubstr("fill is what padding holds, and there is none"));
  EXPECT_THAT(refusal({"", "flip(horizontal, fill=1)"}), HasSubstr("there is no argument fill"));
}

TEST(Fill, IsAskedForWhereStoredValuesAreTakenForZero) {
  const auto zero_fills = [](const TransformOptions& options) { return Transforms(options, {1, 8, 8}, {0, 255}).zero_fills(); };
  EXPECT_THAT(zero_fills({"pad(2); crop(4)", "flip(horizontal); rotate(15); random_crop(4, padding=2); elastic(1, 8); shift(1)"}),
              ElementsAre("data.prepare: pad(2)", "data.augment: rotate(15)", "data.augment: random_crop(4, padding=2)",
                          "data.augment: elastic(1, 8)", "data.augment: shift(1)"));
  EXPECT_THAT(zero_fills({"pad(2, fill=0)", "rotate(15, fill=-1000); random_crop(4)"}), IsEmpty());
  EXPECT_THAT(zero_fills({"window(-160, 240)", "rotate(15)"}), IsEmpty()) << "0 is the window's lower end";
  EXPECT_THAT(zero_fills({"resize(6)", "affine(shift=1)"}), ElementsAre("data.augment: affine(shift=1)"));
}

}  // namespace
}  // namespace galen::data
