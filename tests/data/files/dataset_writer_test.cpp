#include "data/files/dataset_writer.h"

#include "data/files/channel_moments.h"
#include "data/hdf5/hdf5.h"
#include "galen/error.h"
#include "tests/data/h5py.h"
#include "tests/data/small_dataset.h"

#include <c10/util/Exception.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <utility>

namespace galen::data {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

at::Tensor ramp(at::IntArrayRef shape, at::ScalarType type) {
  at::Tensor values = at::empty(shape, type);
  for (std::int64_t i = 0; i < values.numel(); ++i) {
    if (type == at::kByte) values.mutable_data_ptr<std::uint8_t>()[i] = static_cast<std::uint8_t>(i);
    if (type == at::kInt) values.mutable_data_ptr<std::int32_t>()[i] = static_cast<std::int32_t>(300 * i % 65536);
    if (type == at::kLong) values.mutable_data_ptr<std::int64_t>()[i] = i;
    if (type == at::kFloat) values.mutable_data_ptr<float>()[i] = static_cast<float>(i) / 2;
  }
  return values;
}

class DatasetWriterTest : public test::H5pyTest {};

TEST_F(DatasetWriterTest, MasksGoWithTheirImagesAndTheirDigest) {
  std::string digest;
  for (const int last : {0, 1}) {
    DatasetWriter writer(path(), {.sample_shape = {2, 3, 4}, .size = 5, .has_mask = true}, /*overwrite=*/true);
    const at::Tensor images = ramp({5, 2, 3, 4}, at::kByte);
    at::Tensor masks = ramp({5, 3, 4}, at::kByte);
    masks.mutable_data_ptr<std::uint8_t>()[59] += static_cast<std::uint8_t>(last);
    EXPECT_THROW(writer.append(images), c10::Error);
    EXPECT_THROW(writer.append(images, masks.narrow(0, 0, 4)), c10::Error);
    writer.append(images.narrow(0, 0, 2), masks.narrow(0, 0, 2));
    writer.append(images.narrow(0, 2, 3), masks.narrow(0, 2, 3));
    writer.finish();
    EXPECT_EQ(read(fmt::format("m = f['samples/mask'][:]; m[-1, -1, -1] -= {}; print(m.dtype, m.shape, (m.ravel() == np.arange(60)).all())",
                               last)),
              "uint8 (5, 3, 4) True\n");
    const std::string previous = std::exchange(digest, read("print(f.attrs['content_digest'])"));
    EXPECT_NE(digest, previous);
  }
}

TEST_F(DatasetWriterTest, WritesWhatH5pyReads) {
  DatasetDescription description{.sample_shape = {1, 4, 5}, .size = 6, .task = "multiclass", .class_names = {"benign", "böse", "none"}};
  description.provenance = {{"source", "a test"}, {"licence", "CC BY 4.0"}};
  DatasetWriter writer(path(), description);
  const at::Tensor images = ramp({6, 1, 4, 5}, at::kByte);
  writer.set_split({Subset::kTrain, Subset::kTrain, Subset::kTrain, Subset::kTest, Subset::kValidation, Subset::kTest});
  writer.append(images.narrow(0, 0, 4));
  writer.append(images.narrow(0, 4, 2));
  const at::Tensor labels = ramp({6}, at::kLong);
  for (int i = 3; i < 6; ++i) labels.mutable_data_ptr<std::int64_t>()[i] -= 3;
  writer.set_targets(labels);
  writer.set_groups({"p1", "p1", "patient 2", "ü", "", "p3"});
  writer.set_sample_ids({"a", "b", "c", "d", "e", "f"});
  EXPECT_FALSE(std::filesystem::exists(path()));
  writer.finish();
  EXPECT_EQ(test::count_temporaries(std::filesystem::path(path()).parent_path()), 0U);

  EXPECT_EQ(read("s = f['samples']\n"
                 "x = s['image']; print(x.dtype, x.shape, x.chunks, (x[:].ravel() == np.arange(120)).all())\n"
                 "print(s['label'].dtype, s['label'][:], s['label'].attrs['task'], list(s['label'].attrs['class_names']))\n"
                 "print(s['split'].dtype, s['split'][:])\n"
                 "print(list(s['group_id'].asstr()[:]), list(s['sample_id'].asstr()[:]))\n"
                 "print(f.attrs['schema_version'], f.attrs['source'], f.attrs['licence'], len(f.attrs['content_digest']))"),
            "uint8 (6, 1, 4, 5) None True\n"
            "uint8 [0 1 2 0 1 2] multiclass ['benign', 'böse', 'none']\n"
            "uint8 [0 0 0 2 1 2]\n"
            "['p1', 'p1', 'patient 2', 'ü', '', 'p3'] ['a', 'b', 'c', 'd', 'e', 'f']\n"
            "1 a test CC BY 4.0 32\n");
  EXPECT_EQ(evaluate("f['samples/image'].attrs['mean']"), evaluate("f['samples/image'][:3].mean((0, 2, 3))"));
  EXPECT_NEAR(evaluate("f['samples/image'].attrs['std']").at(0), evaluate("f['samples/image'][:3].std((0, 2, 3))").at(0), 1e-12);

  const auto dataset = open();
  EXPECT_THAT(dataset->input_shape(), ElementsAre(1, 4, 5));
  EXPECT_THAT(dataset->class_names(), ElementsAre("benign", "böse", "none"));
  EXPECT_THAT(dataset->groups(), ElementsAre(0, 0, 1, 2, 3, 4));
  EXPECT_EQ(dataset->sample_name(4), "e");
}

TEST_F(DatasetWriterTest, CompressesWithoutLoss) {
  for (const at::ScalarType type : {at::kByte, at::kInt, at::kFloat}) {
    DatasetWriter writer(path(), {.input = "signal", .sample_shape = {2, 1000}, .type = type, .size = 300, .compression = 4}, true);
    writer.append(ramp({300, 2, 1000}, type));
    writer.finish();
    const std::string expected = type == at::kByte  ? "uint8 (131, 2, 1000) False True\n"
                                 : type == at::kInt ? "uint16 (65, 2, 1000) True True\n"
                                                    : "float32 (32, 2, 1000) True True\n";
    const std::string formula = type == at::kByte ? "i % 256" : type == at::kInt ? "300 * i % 65536" : "(i / 2).astype('f4')";
    EXPECT_EQ(read("x = f['samples/signal']; i = np.arange(600000)\n"
                   "print(x.dtype, x.chunks, x.shuffle, (x[:].ravel() == " +
                   formula + ").all() and x.compression_opts == 4)"),
              expected);
    EXPECT_EQ(open()->target_kind(), TargetKind::kNone);
  }
}

TEST_F(DatasetWriterTest, MomentsAreThoseThatAReaderFindsToTheLastBit) {
  constexpr std::int64_t kSamples = 70;  // of a MiB: blocks of eight training samples
  const at::Tensor values = ramp({kSamples, 2, 512, 256}, at::kInt);
  std::vector<Subset> split(kSamples, Subset::kTrain);
  for (int i = 0; i < kSamples; i += 3) split[i] = i % 2 == 0 ? Subset::kTest : Subset::kValidation;
  for (const auto& kept : {split, std::vector<Subset>(kSamples, Subset::kTest), std::vector<Subset>{}}) {
    DatasetWriter writer(path(), {.sample_shape = {2, 512, 256}, .type = at::kInt, .size = kSamples}, /*overwrite=*/true);
    if (!kept.empty()) writer.set_split(kept);
    for (std::int64_t done = 0; done < kSamples; done += 9)
      writer.append(values.narrow(0, done, std::min<std::int64_t>(9, kSamples - done)));
    EXPECT_THROW(writer.set_split(split), c10::Error);
    writer.finish();
    std::vector<std::int64_t> training = members(kept, Subset::kTrain);
    if (training.empty()) {
      training.resize(kSamples);
      std::iota(training.begin(), training.end(), 0);
    }
    const Moments moments = measure(*open(), training);
    const hdf5::Array stored = hdf5::File::open(path()).array("/samples/image");
    EXPECT_EQ(stored.numbers("mean"), moments.mean);
    EXPECT_EQ(stored.numbers("std"), moments.deviation);
  }
}

TEST_F(DatasetWriterTest, WritesTablesOfManyColumns) {
  DatasetDescription description{.input = "tabular", .sample_shape = {10000}, .type = at::kFloat, .size = 2, .task = "regression"};
  for (int i = 0; i < 10000; ++i) description.feature_names.push_back("gene " + std::to_string(i));
  DatasetWriter writer(path(), description);
  writer.append(ramp({2, 10000}, at::kFloat));
  writer.set_targets(ramp({2, 3}, at::kFloat));
  writer.finish();
  EXPECT_EQ(read("x = f['samples/tabular']; print(x.attrs['names'][9999], len(x.attrs['mean']), f['samples/label'].dtype, "
                 "f['samples/label'].shape)"),
            "gene 9999 10000 float32 (2, 3)\n");
  EXPECT_EQ(open()->feature_names().at(1234), "gene 1234");
  EXPECT_EQ(open()->target_kind(), TargetKind::kValue);
}

TEST_F(DatasetWriterTest, WritesSeveralLabelsASample) {
  DatasetWriter writer(path(), {.sample_shape = {1, 2, 2}, .size = 2, .task = "multilabel", .class_names = {"left", "right"}});
  writer.append(ramp({2, 1, 2, 2}, at::kByte));
  at::Tensor labels = at::empty({2, 2}, at::kFloat);
  for (int i = 0; i < 4; ++i) labels.mutable_data_ptr<float>()[i] = i == 2 ? 1.F : 0.F;
  writer.set_targets(labels);
  writer.finish();
  EXPECT_EQ(read("print(f['samples/label'].dtype, f['samples/label'][:].tolist())"), "uint8 [[0, 0], [1, 0]]\n");
  EXPECT_EQ(open()->target_kind(), TargetKind::kMultiLabel);
}

TEST_F(DatasetWriterTest, GivesTheSameBytesForTheSameContent) {
  test::write_small_images(path() + ".one", 20);
  test::write_small_images(path() + ".two", 20);
  test::write_small_images(path() + ".three", 21);
  EXPECT_EQ(test::read_file(path() + ".one"), test::read_file(path() + ".two"));
  EXPECT_EQ(Dataset({.file = path() + ".one"}).digest(), Dataset({.file = path() + ".two"}).digest());
  EXPECT_NE(Dataset({.file = path() + ".one"}).digest(), Dataset({.file = path() + ".three"}).digest());
}

TEST_F(DatasetWriterTest, ReplacesAFileOnlyWhenTold) {
  std::ofstream(path()) << "precious";
  const DatasetDescription description{.sample_shape = {1, 2, 2}, .size = 1};
  EXPECT_THAT([&] { DatasetWriter(path(), description); }, testing::ThrowsMessage<UsageError>(HasSubstr(path())));
  { const DatasetWriter unfinished(path(), description, true); }
  EXPECT_EQ(test::read_file(path()), "precious");
  EXPECT_EQ(test::count_temporaries(std::filesystem::path(path()).parent_path()), 0U);
  EXPECT_THROW(DatasetWriter(path() + "/folder/data.h5", description), UsageError);
}

TEST_F(DatasetWriterTest, RefusesWhatWasNotDescribed) {
  DatasetWriter writer(path(), {.sample_shape = {1, 2, 2}, .size = 2, .task = "binary", .class_names = {"no", "yes"}});
  EXPECT_THROW(writer.append(ramp({1, 2, 2}, at::kByte)), c10::Error);
  EXPECT_THROW(writer.append(ramp({1, 1, 2, 2}, at::kFloat)), c10::Error);
  EXPECT_THROW(writer.append(ramp({3, 1, 2, 2}, at::kByte)), c10::Error);
  EXPECT_THROW(writer.finish(), c10::Error);
  writer.append(ramp({2, 1, 2, 2}, at::kByte));
  EXPECT_THROW(writer.set_groups({"one"}), c10::Error);
  EXPECT_THROW(writer.set_targets(ramp({2, 2}, at::kFloat)), c10::Error);
  at::Tensor labels = ramp({2}, at::kLong);
  labels.mutable_data_ptr<std::int64_t>()[1] = 2;
  writer.set_targets(labels);
  EXPECT_THAT([&] { writer.finish(); },
              testing::ThrowsMessage<Error>(testing::AllOf(HasSubstr(path()), HasSubstr("/samples/label"), HasSubstr("0 to 2"))));
}

}  // namespace
}  // namespace galen::data
