#include "trainer/checkpoint/difference.h"

#include "tests/trainer/checkpoint/small_checkpoint.h"

#include <cmath>

namespace galen::trainer {
namespace {

using test::at_step;
using test::some_tensors;

class DifferenceOf : public testing::Test {
 protected:
  Difference with(const Snapshot& snapshot, const Manifest& manifest = at_step(1)) const {
    const CheckpointStore first(folder_ / "first");
    const CheckpointStore second(folder_ / "second");
    return difference(Checkpoint(first.save(some_tensors(1), at_step(1))), Checkpoint(second.save(snapshot, manifest)));
  }

  test::TemporaryFolder folder_;
};

TEST_F(DifferenceOf, TheSameIsNone) {
  const Difference found = with(some_tensors(1));
  EXPECT_TRUE(found.none());
  EXPECT_EQ(found.tensors_compared, 6);
}

// conv.weight is 0, 1 … 11.
TEST_F(DifferenceOf, TensorsIsTheLargestOfTheirElements) {
  Snapshot other = some_tensors(1);
  other.sections[0].tensors[0].tensor = other.sections[0].tensors[0].tensor.clone();
  other.sections[0].tensors[0].tensor.data_ptr<float>()[2] += 0.25f;
  other.sections[0].tensors[0].tensor.data_ptr<float>()[11] -= 5.5f;
  const Difference found = with(other);
  ASSERT_EQ(found.tensors.size(), 1U);
  EXPECT_EQ(found.tensors[0].name, "conv.weight");
  EXPECT_EQ(found.tensors[0].elements, 2);
  EXPECT_EQ(found.tensors[0].of, 12);
  EXPECT_EQ(found.tensors[0].largest, 5.5);
  EXPECT_EQ(found.tensors[0].relative, 0.5);
}

TEST_F(DifferenceOf, BitsIsSeenWhereValuesAreEqual) {
  Snapshot other = some_tensors(1);
  other.sections[1].tensors[0].tensor = other.sections[1].tensors[0].tensor.clone();
  other.sections[1].tensors[0].tensor.data_ptr<float>()[0] =
      std::signbit(other.sections[1].tensors[0].tensor.data_ptr<float>()[0]) ? 0.0f : -0.0f;
  const Difference found = with(other);
  ASSERT_EQ(found.tensors.size(), 1U);
  EXPECT_EQ(found.tensors[0].name, "optimizer first_moment.conv.weight");
  EXPECT_EQ(found.tensors[0].elements, 1);
  EXPECT_EQ(found.tensors[0].largest, 0);
}

TEST_F(DifferenceOf, ANumberAndNoneIsInfinite) {
  Snapshot other = some_tensors(1);
  other.sections[0].tensors[1].tensor = at::tensor({1.0f, NAN});
  const Difference found = with(other);
  ASSERT_EQ(found.tensors.size(), 1U);
  EXPECT_TRUE(std::isinf(found.tensors[0].largest));
}

TEST_F(DifferenceOf, ModelsIsNamed) {
  Snapshot other = some_tensors(1);
  other.sections[0].tensors[0].tensor = other.sections[0].tensors[0].tensor.reshape({4, 3});
  other.sections[0].tensors[1].name = "offset";
  const Difference found = with(other);
  ASSERT_EQ(found.tensors.size(), 3U);
  EXPECT_EQ(found.tensors[0].name, "bias");
  EXPECT_EQ(found.tensors[0].reason, "is only in the first checkpoint");
  EXPECT_EQ(found.tensors[1].reason, "has the shape [3,4] in one, [4,3] in the other");
  EXPECT_EQ(found.tensors[2].name, "offset");
  EXPECT_EQ(found.tensors[2].reason, "is only in the second checkpoint");
}

TEST_F(DifferenceOf, SettingsIsTheirKeys) {
  Manifest other = at_step(2);
  other.record = {{"trainer.batch", "64"}, {"run.seed", "3"}};
  const Difference found = with(some_tensors(1), other);
  ASSERT_EQ(found.manifest.size(), 3U);
  EXPECT_EQ(found.manifest[0].key, "state/step");
  EXPECT_EQ(found.manifest[0].first, "1");
  EXPECT_EQ(found.manifest[0].second, "2");
  EXPECT_EQ(found.manifest[1].key, "record/trainer.batch");
  EXPECT_EQ(found.manifest[2].key, "record/run.seed");
  EXPECT_EQ(found.manifest[2].first, "");
  EXPECT_TRUE(found.tensors.empty());
}

}  // namespace
}  // namespace galen::trainer
