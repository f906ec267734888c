#include "data/formats/arrays/sample_layout.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/equal.h>
#include <gmock/gmock.h>

namespace galen::data {
namespace {

using testing::ElementsAre;

std::vector<std::int64_t> shape_of(std::vector<std::int64_t> array) { return SampleLayout::recognise(array).value().sample_shape(); }

TEST(SampleLayout, FindsChannelsByTheirNumber) {
  EXPECT_THAT(shape_of({9, 28, 30}), ElementsAre(1, 28, 30));
  EXPECT_THAT(shape_of({9, 28, 30, 3}), ElementsAre(3, 28, 30));
  EXPECT_THAT(shape_of({9, 3, 28, 30}), ElementsAre(3, 28, 30));
  EXPECT_THAT(shape_of({9, 27, 28, 30}), ElementsAre(1, 27, 28, 30));
  EXPECT_THAT(shape_of({9, 27, 28, 30, 1}), ElementsAre(1, 27, 28, 30));
  EXPECT_THAT(shape_of({9, 2, 27, 28, 30}), ElementsAre(2, 27, 28, 30));
}

TEST(SampleLayout, RefusesWhatIsNoImage) {
  for (const std::vector<std::int64_t>& shape : {std::vector<std::int64_t>{9}, {9, 30}, {9, 0, 28}, {9, 1, 2, 3, 4, 5}}) {
    EXPECT_FALSE(SampleLayout::recognise(shape).has_value());
  }
}

TEST(SampleLayout, MovesChannelsToTheFront) {
  const at::Tensor array = at::arange(2 * 5 * 6 * 3).reshape({2, 5, 6, 3});
  const at::Tensor arranged = SampleLayout::recognise(array.sizes()).value().arrange(array);
  ASSERT_EQ(arranged.sizes(), (std::vector<std::int64_t>{2, 3, 5, 6}));
  EXPECT_TRUE(arranged.is_contiguous());
  for (int n = 0; n < 2; ++n) {
    for (int c = 0; c < 3; ++c) {
      EXPECT_EQ(arranged[n][c][4][1].item<std::int64_t>(), ((n * 5 + 4) * 6 + 1) * 3 + c);
    }
  }
}

}  // namespace
}  // namespace galen::data
