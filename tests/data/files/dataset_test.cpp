#include "data/files/dataset.h"

#include "tests/data/h5py.h"
#include "tests/data/small_dataset.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

namespace galen::data {
namespace {

using test::H5pyTest;
using testing::ElementsAre;

class ForeignFile : public H5pyTest {
 protected:
  std::vector<double> samples(const Dataset& dataset, const std::vector<std::int64_t>& chosen, at::ScalarType type = at::kFloat) const {
    std::vector<std::int64_t> shape = {static_cast<std::int64_t>(chosen.size())};
    shape.insert(shape.end(), dataset.input_shape().begin(), dataset.input_shape().end());
    at::Tensor values = at::empty(shape, type);
    dataset.read(chosen, values);
    return type == at::kByte ? test::to_vector<std::uint8_t>(values) : test::to_vector<float>(values);
  }

  // Reads all samples, some of them out of order and again, and compares with `expression` over the array x, sample first.
  void expect_samples(const Dataset& dataset, const std::string& expression) const {
    std::vector<std::int64_t> all(static_cast<std::size_t>(dataset.size()));
    std::iota(all.begin(), all.end(), 0);
    EXPECT_EQ(samples(dataset, all), evaluate("(lambda x: " + expression + ")(f['x'][:])"));
    EXPECT_EQ(samples(dataset, {3, 1, 2, 3, 0}), evaluate("(lambda x: " + expression + ")(f['x'][:])[[3, 1, 2, 3, 0]]"));
    EXPECT_TRUE(samples(dataset, {}).empty());
  }
};

TEST_F(ForeignFile, WithChannelsLastIsReadChannelsFirst) {
  write("f['x'] = np.random.default_rng(0).integers(0, 256, (6, 5, 4, 3), dtype=np.uint8); f['y'] = np.arange(6) % 2");
  for (const char* layout : {"nhwc", "auto"}) {
    const auto dataset = open("/x", "y", layout);
    EXPECT_EQ(dataset->size(), 6);
    EXPECT_THAT(dataset->input_shape(), ElementsAre(3, 5, 4)) << layout;
    EXPECT_EQ(dataset->input_type(), at::kByte);
    EXPECT_EQ(dataset->input_maximum(), 255);
    expect_samples(*dataset, "x.transpose(0, 3, 1, 2)");
    EXPECT_EQ(samples(*dataset, {2, 5, 0}, at::kByte), evaluate("f['x'][:].transpose(0, 3, 1, 2)[[2, 5, 0]]"));
  }
}

TEST_F(ForeignFile, OfAnyLayoutIsReadChannelsFirst) {
  write("f['x'] = np.random.default_rng(0).random((5, 2, 3, 4, 5))");
  EXPECT_THAT(open("x", "", "ncdhw")->input_shape(), ElementsAre(2, 3, 4, 5));
  expect_samples(*open("x", "", "ncdhw"), "x.astype('f4')");
  expect_samples(*open("x", "", "ndhwc"), "x.transpose(0, 4, 1, 2, 3).astype('f4')");
  expect_samples(*open("x", "", "nwhdc"), "x.transpose(0, 4, 3, 2, 1).astype('f4')");
  EXPECT_EQ(open("x", "", "nwhdc")->input_type(), at::kDouble);
  write("f['x'] = np.random.default_rng(0).random((5, 7, 2)).astype('f2')");
  EXPECT_THAT(open("x", "", "ntc")->input_shape(), ElementsAre(2, 7));
  expect_samples(*open("x", "", "ntc"), "x.transpose(0, 2, 1)");
  EXPECT_THAT(open("x")->input_shape(), ElementsAre(1, 7, 2));
  expect_samples(*open("x"), "x[:, None]");
  write("f['x'] = np.random.default_rng(0).random((5, 7))");
  EXPECT_THAT(open("x")->input_shape(), ElementsAre(7));
  expect_samples(*open("x"), "x.astype('f4')");
  EXPECT_THAT(open("x", "", "nt")->input_shape(), ElementsAre(1, 7));
}

TEST_F(ForeignFile, OfAnyTypeAndByteOrderIsRead) {
  struct Case {
    const char* type;
    at::ScalarType in_memory;
    double minimum;
    double maximum;
  };
  for (const Case& a : {Case{"u1", at::kByte, 0, 255},
                        {"?", at::kByte, 0, 1},
                        {"i1", at::kShort, -128, 127},
                        {">i2", at::kShort, -32768, 32767},
                        {"<u2", at::kInt, 0, 65535},
                        {">u2", at::kInt, 0, 65535},
                        {"i4", at::kInt, -2147483648.0, 2147483647.0},
                        {">i8", at::kLong, -9223372036854775808.0, 9223372036854775808.0},
                        {"f2", at::kFloat, 0, 1},
                        {">f4", at::kFloat, 0, 1},
                        {">f8", at::kDouble, 0, 1}}) {
    write(std::string("f['x'] = np.random.default_rng(0).integers(0, 100, (4, 3, 8, 8)).astype('") + a.type + "')");
    const auto dataset = open("x");
    EXPECT_EQ(dataset->input_type(), a.in_memory) << a.type;
    EXPECT_EQ(dataset->input_minimum(), a.minimum) << a.type;
    EXPECT_EQ(dataset->input_maximum(), a.maximum) << a.type;
    expect_samples(*dataset, "x");
  }
}

TEST_F(ForeignFile, WithCompressedChunksIsRead) {
  write(
      "x = np.random.default_rng(0).integers(0, 9, (50, 9, 8, 1), dtype=np.uint8)\n"
      "f.create_dataset('x', data=x, chunks=(7, 4, 8, 1), compression='gzip', shuffle=True, fletcher32=True)");
  expect_samples(*open("x"), "x.transpose(0, 3, 1, 2)");
}

TEST_F(ForeignFile, MayHoldLabelsOfAnyWholeType) {
  for (const char* type : {"i8", "u1", ">i4", "?", "f4"}) {
    write(std::string("f['x'] = np.zeros((4, 8, 8)); f['y'] = np.array([[1], [0], [1], [1]]).astype('") + type +
          "'); f['y'].attrs['task'] = 'binary'");
    const auto dataset = open("x", "y");
    EXPECT_EQ(dataset->target_kind(), TargetKind::kClass);
    EXPECT_THAT(test::to_vector<std::int64_t>(dataset->targets()), ElementsAre(1, 0, 1, 1)) << type;
    EXPECT_THAT(dataset->class_names(), ElementsAre("0", "1"));
  }
}

TEST_F(ForeignFile, TellsKindsOfTargetsApart) {
  write(
      "f['x'] = np.zeros((3, 8, 8)); f['none'] = np.zeros(3)\n"
      "f['classes'] = np.array([0, 4, 2]); f['classes'].attrs['class_names'] = ['a', 'b', 'c', 'd', 'e', 'f']\n"
      "f['labels'] = np.array([[0, 1], [1, 1], [0, 0]]); f['labels'].attrs['class_names'] = np.array([b'l', b'r'])\n"
      "f['ages'] = np.array([30.5, 41, 52]); f['many'] = np.ones((3, 4), 'f4')\n"
      "f['days'] = np.array([3, 500, 2]); f['days'].attrs['task'] = 'regression'");
  EXPECT_EQ(open("x", "classes")->target_kind(), TargetKind::kClass);
  EXPECT_THAT(open("x", "classes")->class_names(), ElementsAre("a", "b", "c", "d", "e", "f"));
  EXPECT_EQ(open("x", "labels")->target_kind(), TargetKind::kMultiLabel);
  EXPECT_THAT(open("x", "labels")->class_names(), ElementsAre("l", "r"));
  EXPECT_THAT(test::to_vector<float>(open("x", "labels")->targets()), ElementsAre(0, 1, 1, 1, 0, 0));
  EXPECT_EQ(open("x", "ages")->target_kind(), TargetKind::kValue);
  EXPECT_THAT(open("x", "ages")->targets().sizes().vec(), ElementsAre(3, 1));
  EXPECT_THAT(open("x", "many")->targets().sizes().vec(), ElementsAre(3, 4));
  EXPECT_EQ(open("x", "days")->target_kind(), TargetKind::kValue);
  EXPECT_THAT(test::to_vector<float>(open("x", "days")->targets()), ElementsAre(3, 500, 2));
  EXPECT_EQ(open("x", "absent")->target_kind(), TargetKind::kNone);
  EXPECT_FALSE(open("x", "absent")->targets().defined());
}

TEST_F(ForeignFile, MayNamePatientsByTextOrNumber) {
  for (const char* groups : {"['b', 'a', 'b', 'c']", "np.array([b'b', b'a', b'b', b'c'])",
                             "np.array(['b', 'a', 'b', 'c'], dtype=h5py.string_dtype(length=9))"}) {
    write(std::string("f['x'] = np.zeros((4, 8, 8)); f['samples/group_id'] = ") + groups);
    const auto dataset = open("x");
    EXPECT_THAT(dataset->groups(), ElementsAre(0, 1, 0, 2)) << groups;
    EXPECT_EQ(dataset->group_name(2), "b");
    EXPECT_EQ(dataset->group_name(3), "c");
  }
  write("f['x'] = np.zeros((4, 8, 8)); f['samples/group_id'] = np.array([70, -3, 70, 5], '>i4'); f['samples/sample_id'] = [9, 8, 7, 6]");
  EXPECT_THAT(open("x")->groups(), ElementsAre(0, 1, 0, 2));
  EXPECT_EQ(open("x")->group_name(1), "-3");
  EXPECT_EQ(open("x")->sample_name(3), "6");
  write("f['x'] = np.zeros((4, 8, 8))");
  EXPECT_THAT(open("x")->groups(), ElementsAre(0, 1, 2, 3));
  EXPECT_EQ(open("x")->group_name(2), "2");
  EXPECT_EQ(open("x")->sample_name(2), "2");
}

TEST_F(ForeignFile, MayHaveNamesInLatin1) {
  write(
      "f['x'] = np.zeros((2, 2)); f['x'].attrs['names'] = np.array([b'gr\\xf6\\xdfe', b'age']); f['y'] = [0, 1]\n"
      "f['y'].attrs['class_names'] = np.array([b'gr\\xfcn', b'rot']); f['samples/group_id'] = np.array([b'M\\xfcller', b'b'])");
  const auto dataset = open("x", "y");
  EXPECT_THAT(dataset->feature_names(), ElementsAre("größe", "age"));
  EXPECT_THAT(dataset->class_names(), ElementsAre("grün", "rot"));
  EXPECT_EQ(dataset->group_name(0), "Müller");
}

TEST_F(ForeignFile, HasADigestOfWhatItSaysAboutItsSamples) {
  const std::string base = "f['x'] = np.zeros((4, 8, 8)); f['y'] = [0, 1, 0, 1]; f['samples/group_id'] = ['a', 'b', 'c', 'd']";
  write(base);
  const std::string digest = open("x", "y")->digest();
  EXPECT_EQ(digest.size(), 32U);
  write(base + "; f['other'] = 3");
  EXPECT_EQ(open("x", "y")->digest(), digest);
  for (const char* change : {"f['y'][0] = 1", "f['samples/group_id'][1] = 'a'", "del f['x']; f['x'] = np.zeros((4, 8, 9))",
                             "del f['x']; f['x'] = np.zeros((4, 8, 8), 'u1')", "f.attrs['content_digest'] = '0'"}) {
    write(base + "; " + change);
    EXPECT_NE(open("x", "y")->digest(), digest) << change;
  }
}

TEST_F(ForeignFile, OfTheSchemaNeedsNoOptions) {
  write(
      "f.attrs['schema_version'] = 1; f['samples/signal'] = np.arange(24.).reshape(2, 3, 4); f['samples/label'] = [0, 1]\n"
      "f['samples/split'] = np.array([2, 0], 'u1')");
  EXPECT_THAT(open()->input_shape(), ElementsAre(3, 4));
  EXPECT_EQ(open()->input_name(), "/samples/signal");
  EXPECT_THAT(open()->stored_split(), ElementsAre(Subset::kTest, Subset::kTrain));
  write("f.attrs['schema_version'] = 1; f['samples/image'] = np.zeros((2, 5, 6, 7))");
  EXPECT_THAT(open()->input_shape(), ElementsAre(5, 6, 7));
  write("f['samples/tabular'] = np.zeros((2, 2)); f['samples/tabular'].attrs['names'] = ['age', 'weight']");
  EXPECT_THAT(open()->feature_names(), ElementsAre("age", "weight"));
}

}  // namespace
}  // namespace galen::data
