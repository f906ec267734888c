#include "data/files/integrity.h"

#include "data/files/dataset_writer.h"
#include "galen/error.h"
#include "tests/data/h5py.h"
#include "tests/data/small_dataset.h"
#include "tests/support/temporary_folder.h"

#include <ATen/ops/ones.h>
#include <ATen/ops/tensor.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <xxhash.h>

#include <fstream>
#include <random>

namespace galen::data {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::ThrowsMessage;

constexpr std::int64_t kSide = 512;
constexpr std::size_t kSampleBytes = kSide * kSide;  // four samples a block
constexpr std::int64_t kSamples = 10;

// A file of random images, of which single bytes are flipped.
class Integrity : public testing::Test {
 protected:
  void write(int compression = 0) {
    std::mt19937 random(3);
    images = at::empty({kSamples, 1, kSide, kSide}, at::kByte);
    auto* pixels = images.mutable_data_ptr<std::uint8_t>();
    for (std::int64_t i = 0; i < images.numel(); ++i) pixels[i] = static_cast<std::uint8_t>(random());
    DatasetWriter writer(path, {.sample_shape = {1, kSide, kSide}, .size = kSamples, .task = "binary", .compression = compression}, true);
    writer.append(images.narrow(0, 0, 3));  // not along the blocks
    writer.append(images.narrow(0, 3, 7));
    at::Tensor labels = at::empty({kSamples}, at::kLong);
    for (std::int64_t i = 0; i < kSamples; ++i) labels.mutable_data_ptr<std::int64_t>()[i] = i % 2;
    writer.set_targets(labels);
    writer.finish();
  }

  const char* sample(std::int64_t number) const {
    return static_cast<const char*>(images.const_data_ptr()) + static_cast<std::size_t>(number) * kSampleBytes;
  }

  void flip(std::size_t at) const {
    std::string bytes = test::read_file(path);
    bytes.at(at) = static_cast<char>(bytes[at] ^ 16);
    std::ofstream(path, std::ios::binary) << bytes;
  }
  void flip_in_sample(std::int64_t number, std::size_t byte) const {
    flip(test::read_file(path).find(std::string(sample(number), 64)) + byte);
  }

  test::TemporaryFolder folder;
  std::string path = folder / "data.h5";
  at::Tensor images;
};

TEST_F(Integrity, DigestsAreXxh3OverTheSamplesOfABlock) {
  write();
  const hdf5::File file = hdf5::File::open(path);
  const hdf5::Array stored = file.array("/digests/samples/image");
  EXPECT_THAT(stored.numbers("samples_a_block"), ElementsAre(4));
  const auto digest = [&](std::int64_t first, std::size_t samples) {
    return static_cast<std::int64_t>(XXH3_64bits(sample(first), samples * kSampleBytes));
  };
  EXPECT_THAT(stored.read_all<std::int64_t>(), ElementsAre(digest(0, 4), digest(4, 4), digest(8, 2)));
}

TEST_F(Integrity, AWholeFileIsVerified) {
  for (const int compression : {0, 3}) {
    write(compression);
    const Verification found = verify(path);
    EXPECT_THAT(found.damaged, IsEmpty());
    EXPECT_THAT(found.arrays, ElementsAre("/samples/image", "/samples/label"));
    EXPECT_EQ(found.blocks, 4);
  }
}

TEST_F(Integrity, AFlippedByteIsFoundInEverySample) {
  write();
  for (std::int64_t i = 0; i < kSamples; ++i) {
    const auto byte = static_cast<std::size_t>(i * 29123) % kSampleBytes;
    flip_in_sample(i, byte);
    const std::int64_t first = i / 4 * 4;
    EXPECT_THAT(verify(path).damaged,
                ElementsAre(fmt::format("dataset /samples/image: samples {} to {}", first, std::min(first + 4, kSamples) - 1)));
    write();
  }
}

// data.verify: what is read is checked before it is handed out, block by block.
TEST_F(Integrity, AFlippedByteIsFoundWhenItsBlockIsFirstRead) {
  for (const int compression : {0, 1}) {
    write(compression);
    if (compression == 0) flip_in_sample(6, 77);
    const Dataset dataset({.file = path, .verify = Verify::kOn});
    at::Tensor values = at::empty({1, 1, kSide, kSide}, at::kFloat);
    const auto read = [&](std::int64_t sample) { dataset.read({&sample, 1}, values); };
    EXPECT_NO_THROW(read(0));
    EXPECT_NO_THROW(read(9));
    if (compression > 0) continue;
    EXPECT_THAT([&] { read(5); }, ThrowsMessage<Error>(AllOf(HasSubstr(path), HasSubstr("/samples/image"), HasSubstr("samples 4 to 7"))));
    EXPECT_THROW(Dataset({.file = path}).read(std::vector<std::int64_t>{5}, values), Error) << "a small file: not only on request";
    EXPECT_NO_THROW(Dataset({.file = path, .verify = Verify::kOff}).read(std::vector<std::int64_t>{5}, values));
  }
}

TEST_F(Integrity, NeighbouringBlocksAreNamedTogether) {
  write();
  flip_in_sample(5, 100);
  flip_in_sample(9, 100);
  EXPECT_THAT(verify(path).damaged, ElementsAre("dataset /samples/image: samples 4 to 9"));
  flip_in_sample(5, 100);
  flip_in_sample(1, 100);
  EXPECT_THAT(verify(path).damaged, ElementsAre("dataset /samples/image: samples 0 to 3", "dataset /samples/image: samples 8 to 9"));
}

TEST_F(Integrity, AChangedLabelIsFound) {
  write();
  flip(test::read_file(path).find(std::string("\0\1\0\1\0\1\0\1\0\1", 10)) + 3);
  EXPECT_THAT(verify(path).damaged, ElementsAre("dataset /samples/label: samples 0 to 9"));
}

// h5py changes the file behind the digests' back.
class IntegrityOfWhatGoesWithSamples : public test::H5pyTest {
 protected:
  void SetUp() override {
    H5pyTest::SetUp();
    if (IsSkipped()) return;
    const Vocabulary vocabulary{"words", true, 5, {"[PAD]", "[UNK]", "fever", "cough"}};
    DatasetWriter writer(
        path(), {.input = "text", .sample_shape = {3}, .type = at::kInt, .size = 4, .task = "binary", .vocabulary = vocabulary}, true);
    writer.set_split({Subset::kTrain, Subset::kTrain, Subset::kTest, Subset::kTest});
    writer.append(at::tensor({2, 3, 0, 3, 0, 0, 2, 2, 2, 3, 3, 0}, at::kInt).view({4, 3}));
    writer.set_targets(at::tensor({0, 1, 1, 0}, at::kLong));
    writer.set_groups({"p1", "p1", "p2", "p3"});
    writer.set_sample_ids({"a", "b", "c", "d"});
    writer.set_spacing(at::ones({4, 2}));
    writer.set_study_dates({"2001-01-02", "2001-01-03", "2001-01-04", "2001-01-05"});
    writer.finish();
  }
};

TEST_F(IntegrityOfWhatGoesWithSamples, AllArraysAreVerified) {
  const Verification found = verify(path());
  EXPECT_THAT(found.damaged, IsEmpty());
  EXPECT_THAT(found.without, IsEmpty());
  EXPECT_EQ(found.arrays.size(), 9);
}

TEST_F(IntegrityOfWhatGoesWithSamples, AChangeOfAnyIsFound) {
  const std::vector<std::pair<std::string, std::string>> changes = {
      {"/samples/split", "0"},   {"/samples/group_id", "b'p4'"}, {"/samples/sample_id", "b'e'"},
      {"/samples/spacing", "2"}, {"/samples/text_length", "1"},  {"/samples/study_date", "b'2001-01-06'"},
      {"/samples/label", "1"},   {"/samples/text", "1"},         {"/vocabulary", "b'headache'"},
  };
  for (const auto& [name, value] : changes) {
    SetUp();
    EXPECT_NO_THROW(Dataset({.file = path(), .verify = Verify::kOn}));
    run("f['" + name + "'][3] = " + value, "r+");
    EXPECT_THAT(verify(path()).damaged, ElementsAre("dataset " + name + ": samples 0 to 3"));
    if (name == "/samples/text" || name == "/samples/spacing" || name == "/samples/study_date") continue;  // not read at the start
    EXPECT_THAT([&] { Dataset({.file = path(), .verify = Verify::kOn}); }, ThrowsMessage<Error>(AllOf(HasSubstr(path()), HasSubstr(name))));
  }
}

TEST_F(IntegrityOfWhatGoesWithSamples, AnOlderFileSaysWhatItHasNoDigestsOf) {
  run("del f['digests/samples/split'], f['digests/vocabulary']", "r+");
  EXPECT_THAT(verify(path()).without, ElementsAre("/samples/split", "/vocabulary"));
  EXPECT_NO_THROW(Dataset({.file = path(), .verify = Verify::kOn}));
}

TEST_F(Integrity, AChunkThatCannotBeUnpackedIsNamed) {
  write(1);
  const std::size_t middle = test::read_file(path).size() / 2;
  flip(middle);
  const std::vector<std::string> damaged = verify(path).damaged;
  ASSERT_EQ(damaged.size(), 1);
  EXPECT_THAT(damaged[0], HasSubstr("dataset /samples/image: samples "));
}

TEST_F(Integrity, OneBlockCanBeChecked) {
  write();
  const hdf5::File file = hdf5::File::open(path);
  const BlockDigests digests = BlockDigests::load(file, file.array("/samples/image"));
  EXPECT_EQ(digests.blocks(), 3);
  EXPECT_EQ(digests.block_of(7), 1);
  EXPECT_EQ(digests.samples(2).begin, 8);
  EXPECT_EQ(digests.samples(2).end, 10);
  std::vector<std::byte> bytes(4 * kSampleBytes);
  std::memcpy(bytes.data(), sample(4), bytes.size());
  EXPECT_NO_THROW(digests.check(1, bytes));
  bytes[kSampleBytes] ^= std::byte{1};
  EXPECT_THAT([&] { digests.check(1, bytes); },
              ThrowsMessage<Error>(AllOf(HasSubstr(path), HasSubstr("dataset /samples/image"), HasSubstr("samples 4 to 7"))));
}

TEST_F(Integrity, SmallSamplesShareABlock) {
  test::write_small_images(path, 300);
  EXPECT_EQ(verify(path).blocks, 2);
}

TEST_F(Integrity, FilesWithoutDigestsSaySo) {
  hdf5::File::create(path).create_array("/samples/image", hdf5::Native::kU8, {4, 3});
  EXPECT_THAT([&] { verify(path); }, ThrowsMessage<Error>(AllOf(HasSubstr(path), HasSubstr("no digests"))));
  const hdf5::File file = hdf5::File::open(path);
  EXPECT_TRUE(BlockDigests::load(file, file.array("/samples/image")).empty());
}

TEST_F(Integrity, DigestsOfAnotherLengthAreDamaged) {
  write();
  hdf5::File::modify(path).array("/digests/samples/image").set_attribute("samples_a_block", std::int64_t{5});
  EXPECT_THAT([&] { verify(path); }, ThrowsMessage<Error>(AllOf(HasSubstr("/digests/samples/image"), HasSubstr("damaged"))));
}

}  // namespace
}  // namespace galen::data
