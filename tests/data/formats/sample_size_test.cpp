#include "data/formats/sample_size.h"

#include "data/formats/medical/value_range.h"
#include "tests/support/error_text.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/full.h>
#include <ATen/ops/stack.h>
#include <gmock/gmock.h>

#include <limits>

namespace galen::data {
namespace {

using testing::HasSubstr;

// A CT of -1024 and above beside a PET of 0 and above, [2, 2, 3, 4].
at::Tensor two_channels() {
  const at::Tensor ramp = at::arange(24, at::kFloat).view({2, 3, 4});
  return at::stack({ramp - 1024, ramp});
}

TEST(SampleSize, PadsEachChannelWithItsSmallestValue) {
  const at::Tensor image = two_channels();
  const at::Tensor padded = SampleSize({4, 5, 6}, "pad", 3).fit_image(image);
  EXPECT_TRUE(at::equal(padded[0], at::constant_pad_nd(image[0], {1, 1, 1, 1, 1, 1}, -1024)));
  EXPECT_TRUE(at::equal(padded[1], at::constant_pad_nd(image[1], {1, 1, 1, 1, 1, 1}, 0)));
  const at::Tensor with_gap = image.clone();
  with_gap[0][0][0][0] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(SampleSize({4, 5, 6}, "pad", 3).fit_image(with_gap)[0][0][0][0].item<float>(), -1023);
}

TEST(SampleSize, PadsWithTheNumberThatIsGiven) {
  const at::Tensor image = two_channels();
  for (const char* fit : {"pad", "auto"}) {
    const SampleSize size({4, 5, 6}, fit, 3, "-1000.5");
    EXPECT_TRUE(at::equal(size.fit_image(image), at::constant_pad_nd(image, {1, 1, 1, 1, 1, 1}, -1000.5)));
    EXPECT_EQ(size.fill(), -1000.5);
    const at::Tensor mask = at::full({2, 3, 4}, 3, at::kByte);
    EXPECT_TRUE(at::equal(size.fit_mask(mask), at::constant_pad_nd(mask, {1, 1, 1, 1, 1, 1}, 0)));
  }
  EXPECT_FALSE(SampleSize({4, 5, 6}, "resample", 3, "-1000").fill());
  EXPECT_FALSE(SampleSize({}, "pad", 3, "-1000").fill());
  EXPECT_FALSE(SampleSize({4, 5, 6}, "pad", 3).fill());
  for (const char* fill : {"air", "nan", "inf", "-1000 HU", "", "1e300"}) {
    EXPECT_THAT(test::error_text([&] { SampleSize({4, 5, 6}, "pad", 3, fill); }), HasSubstr("neither a number")) << fill;
  }
}

// Else the number would be cut to what the headers' values need.
TEST(SampleSize, TheNumberWidensTheStoredType) {
  ValueRange bytes{0, 255, true};
  bytes.include(ValueRange::of(-1000));
  EXPECT_EQ(bytes.type(), at::kShort);
  bytes.include(ValueRange::of(0.5));
  EXPECT_EQ(bytes.type(), at::kFloat);
}

}  // namespace
}  // namespace galen::data
