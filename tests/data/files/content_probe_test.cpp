#include "data/files/content_probe.h"

#include "data/files/dataset_writer.h"
#include "data/hdf5/hdf5.h"
#include "tests/data/small_dataset.h"
#include "tests/support/temporary_folder.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/full.h>
#include <gmock/gmock.h>
#include <xxhash.h>

#include <vector>

namespace galen::data {
namespace {

class ContentProbeTest : public testing::Test {
 protected:
  test::TemporaryFolder folder_;
  std::string file_ = folder_ / "data.h5";
};

// The digests are worked out from the bytes that were written.
TEST_F(ContentProbeTest, TakesEverySampleOfASmallDataSet) {
  test::write_small_images(file_, 10);
  const ContentProbe probe = probe_content(Dataset({.file = file_}));
  EXPECT_TRUE(probe.whole);
  ASSERT_EQ(probe.samples.size(), 10u);
  for (std::int64_t i = 0; i < 10; ++i) {
    std::vector<std::uint8_t> image;
    for (int k = 0; k < 12; ++k) image.push_back(static_cast<std::uint8_t>(7 * i + k));
    EXPECT_EQ(probe.samples[static_cast<std::size_t>(i)], i);
    EXPECT_EQ(probe.digests[static_cast<std::size_t>(i)], static_cast<std::int64_t>(XXH3_64bits(image.data(), image.size())));
  }
}

TEST_F(ContentProbeTest, AValueThatIsChangedInPlaceChangesTheDigestOfItsSample) {
  test::write_small_images(file_, 10);
  const ContentProbe before = probe_content(Dataset({.file = file_}));
  {
    const hdf5::File file = hdf5::File::modify(file_);
    hdf5::Array images = file.array("/samples/image");
    std::vector<std::uint8_t> image(12, 250);
    images.write(4, 1, hdf5::Native::kU8, image.data());
  }
  const ContentProbe after = probe_content(Dataset({.file = file_, .verify = Verify::kOff}));
  for (std::size_t i = 0; i < 10; ++i) EXPECT_EQ(before.digests[i] == after.digests[i], i != 4) << i;
  EXPECT_NE(before.digest(), after.digest());
}

TEST_F(ContentProbeTest, TakesTheFirstTheLastAndSomeOfALargeOne) {
  constexpr std::int64_t kSamples = 40;
  constexpr std::int64_t kSide = 1024;  // 1 MiB a sample
  DatasetWriter writer(file_, {.sample_shape = {1, kSide, kSide}, .size = kSamples});
  for (std::int64_t i = 0; i < kSamples; ++i) writer.append(at::full({1, 1, kSide, kSide}, i, at::kByte));
  writer.finish();
  const Dataset dataset({.file = file_});
  const ContentProbe probe = probe_content(dataset);
  EXPECT_FALSE(probe.whole);
  EXPECT_EQ(probe.samples.size(), 32u) << "32 MiB";
  EXPECT_EQ(probe.samples.front(), 0);
  EXPECT_EQ(probe.samples.back(), kSamples - 1);
  EXPECT_TRUE(std::is_sorted(probe.samples.begin(), probe.samples.end()));
  EXPECT_EQ(probe, probe_content(dataset));
}

TEST_F(ContentProbeTest, SeesMasks) {
  const auto digest = [&](std::uint8_t label) {
    DatasetWriter writer(file_, {.sample_shape = {1, 4, 4}, .size = 2, .has_mask = true}, /*overwrite=*/true);
    writer.append(at::full({2, 1, 4, 4}, 1, at::kByte), at::full({2, 4, 4}, label, at::kByte));
    writer.finish();
    return probe_content(Dataset({.file = file_, .target = "/samples/mask"})).digest();
  };
  EXPECT_NE(digest(1), digest(2));
  EXPECT_EQ(digest(1), digest(1));
}

TEST_F(ContentProbeTest, WhatStandsBesideASampleHasADigestOfItsOwn) {
  test::write_small_images(file_, 6, 3, {"a", "a", "b", "b", "c", "c"});
  const auto first = digests_beside(Dataset({.file = file_}), {0, 3, 5});
  test::write_small_images(folder_ / "other.h5", 6, 3, {"a", "a", "b", "x", "c", "c"});
  const auto second = digests_beside(Dataset({.file = folder_ / "other.h5"}), {0, 3, 5});
  EXPECT_EQ(first[0], second[0]);
  EXPECT_NE(first[1], second[1]) << "another patient";
  EXPECT_EQ(first[2], second[2]);
}

}  // namespace
}  // namespace galen::data
