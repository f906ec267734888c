#include "data/files/dataset.h"
#include "data/preparation/preparation.h"
#include "galen/error.h"
#include "tests/data/h5py.h"
#include "tests/support/temporary_folder.h"

#include <ATen/ops/empty.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace galen::data {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

// Each message names the file, and what else is said here.
class BadFile : public test::H5pyTest {
 protected:
  template <typename... Words>
  void expect_error(const DatasetOptions& options, Words... words) const {
    EXPECT_THAT([&] { Dataset{options}; }, ThrowsMessage<Error>(AllOf(HasSubstr(options.file), HasSubstr(words)...)));
  }
  DatasetOptions options(const std::string& input = "x", const std::string& target = "y", const std::string& layout = "auto") const {
    return {path(), input, target, layout};
  }
};

TEST_F(BadFile, Missing) { expect_error(options(), "no such file"); }

TEST_F(BadFile, AFolder) {
  std::filesystem::create_directory(path());
  expect_error(options(), "folder");
}

TEST_F(BadFile, NotHdf5) {
  std::ofstream(path()) << "label,age\n1,30\n";
  expect_error(options(), "not an HDF5 file");
  std::ofstream(path(), std::ios::trunc).close();
  expect_error(options(), "not an HDF5 file");
}

TEST_F(BadFile, Truncated) {
  write("f['x'] = np.random.default_rng(0).random((40, 8, 8)); f['y'] = np.arange(40) % 2");
  std::filesystem::resize_file(path(), std::filesystem::file_size(path()) / 2);
  expect_error(options(), "truncated", "copy or import it again");
}

TEST_F(BadFile, WithAFilterThatIsNotThere) {
  write("f.create_dataset('x', data=np.zeros((4, 8, 8)), chunks=(1, 8, 8), compression='lzf')");
  std::string bytes = test::read_file(path());
  const std::size_t filter = bytes.find(std::string("\x00\x7D\x08\x00", 4));  // its number, 32000, and the length of its name
  ASSERT_NE(filter, std::string::npos);
  bytes.replace(filter, 2, "\x39\x30");
  std::ofstream(path(), std::ios::binary) << bytes;
  expect_error(options("x", ""), "dataset /x", "filter 12345 (lzf)", "h5repack");
}

TEST_F(BadFile, WithALabelArrayThatCannotBeOpened) {
  write("f['x'] = np.zeros((4, 8, 8)); f['y'] = np.zeros(4, 'i8');");
  const std::string header = read("print(h5py.h5o.get_info(f['y'].id).addr)");
  std::fstream file(path(), std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(std::stoll(header));
  file << "nonsense";
  file.close();
  expect_error(options(), "dataset /y", "cannot be opened", "damaged");
}

TEST_F(BadFile, WithoutTheInput) {
  write("f['images'] = np.zeros((4, 8, 8)); f['g/y'] = np.zeros(4)");
  expect_error(options(), "dataset /x is missing", "/images", "/g/y");
  expect_error(options(""), "/samples/image", "/images", "data.input");
  expect_error(options("/g"), "dataset /g is missing");
}

TEST_F(BadFile, OfAWrongRank) {
  write("f['one'] = np.zeros(4); f['six'] = np.zeros((2,) * 6); f['scalar'] = 3.0; f['null'] = h5py.Empty('f')");
  expect_error(options("one"), "dataset /one", "[4]", "two to five dimensions");
  expect_error(options("six"), "dataset /six", "two to five dimensions");
  expect_error(options("scalar"), "dataset /scalar", "two to five dimensions");
  expect_error(options("null"), "dataset /null", "two to five dimensions");
}

TEST_F(BadFile, OfAWrongType) {
  write("f['x'] = np.array([[b'a', b'b']]); f['c'] = np.zeros((4, 8), 'c8'); f['n'] = np.zeros((4, 8)); f['y'] = ['a', 'b', 'c', 'd']");
  expect_error(options("x"), "dataset /x", "text", "must be numbers");
  expect_error(options("c"), "dataset /c", "must be numbers");
  expect_error(options("n"), "dataset /y", "another text for each sample");
}

TEST_F(BadFile, WithoutSamples) {
  write("f['x'] = np.zeros((0, 8, 8)); f['y'] = np.zeros(0, 'i8'); f['e'] = np.zeros((4, 0))");
  expect_error(options(), "dataset /x", "no samples");
  expect_error(options("e", ""), "dataset /e", "empty samples");
}

TEST_F(BadFile, OfUnequalLengths) {
  write("f['x'] = np.zeros((4, 8, 8)); f['y'] = np.zeros(5, 'i8')");
  expect_error(options(), "dataset /y", "5 entries", "/x has 4 samples");
  for (const char* name : {"group_id", "sample_id", "split"}) {
    write(std::string("f['x'] = np.zeros((4, 8, 8)); f['samples/") + name + "'] = np.zeros(3, 'u1')");
    expect_error(options(), std::string("dataset /samples/") + name, "3 entries");
  }
}

// The first dimension of x in its header, 200, becomes 2^31: an index of all chunks that this promises would take 34 GB.
TEST_F(BadFile, WhoseHeaderClaimsFarMoreSamplesThanItHolds) {
  const auto claim = [&] {
    std::string bytes = test::read_file(path());
    const std::string shape("\xC8\0\0\0\0\0\0\0\x09\0\0\0\0\0\0\0", 16);  // [200, 9, …
    const std::size_t place = bytes.find(shape);
    ASSERT_NE(place, std::string::npos);
    std::ofstream(path(), std::ios::binary) << bytes.replace(place, 8, std::string("\0\0\0\x80\0\0\0\0", 8));
  };
  const std::string chunked = "f.create_dataset('x', data=np.ones((200, 9, 8), 'u1'), chunks=(1, 9, 8), maxshape=(None, 9, 8))\n";
  write(chunked);
  claim();
  expect_error(options(), "dataset /x", "[2147483648, 9, 8]", "far more than the file holds");
  write(chunked + "f['y'] = np.arange(200) % 2");
  claim();
  expect_error(options(), "dataset /y has 200 entries", "2147483648 samples");
  write("f.create_dataset('x', (200, 9, 8), 'u1', maxshape=(200, 9, 8))");
  claim();
  expect_error(options(), "dataset /x", "far more than the file holds");
}

TEST_F(BadFile, WithLabelsOutOfRange) {
  write("f['x'] = np.zeros((4, 8, 8)); f['y'] = np.array([0, 1, -1, 1])");
  expect_error(options(), "dataset /y", "sample 2 has label -1");
  write("f['x'] = np.zeros((4, 8, 8)); f['y'] = np.array([0, 1, 14, 1]); f['y'].attrs['class_names'] = ['a', 'b']");
  expect_error(options(), "dataset /y", "14 as its largest label", "2 class names");
  write("f['x'] = np.zeros((4, 8, 8)); f['y'] = np.array([0, 1, 70000, 1])");
  expect_error(options(), "dataset /y", "70000", "regression");
  write("f['x'] = np.zeros((4, 8, 8)); f['y'] = np.array([0, 1, .5, 1]); f['y'].attrs['task'] = 'binary'");
  expect_error(options(), "dataset /y", "sample 2 has label 0.5");
  write("f['x'] = np.zeros((2, 8, 8)); f['y'] = np.array([[0, 1], [2, 1]])");
  expect_error(options(), "dataset /y", "sample 1 holds 2 in column 0");
}

TEST_F(BadFile, WithTargetsThatFitNoTask) {
  write("f['x'] = np.zeros((2, 8, 8)); f['y'] = np.zeros((2, 3)); f['y'].attrs['task'] = 'multiclass'");
  expect_error(options(), "dataset /y", "[2, 3]", "multiclass");
  write("f['x'] = np.zeros((2, 8, 8)); f['y'] = np.zeros(2); f['y'].attrs['task'] = 'sorting'");
  expect_error(options(), "dataset /y", "task", "sorting");
  write("f['x'] = np.zeros((2, 8, 8)); f['y'] = np.zeros((2, 3, 4))");
  expect_error(options(), "dataset /y", "[2, 3, 4]");
  write("f['x'] = np.zeros((2, 8, 8)); f['y'] = np.zeros((2, 2), 'u1'); f['y'].attrs['class_names'] = ['a', 'b', 'c']");
  expect_error(options(), "dataset /y", "2 labels", "names 3");
}

TEST_F(BadFile, WithTargetsThatAreNoNumbers) {
  write("f['x'] = np.zeros((4, 8, 8)); f['y'] = np.array([.5, 1, 2, np.nan])");
  expect_error(options(), "dataset /y", "sample 3 holds nan");
  write("f['x'] = np.zeros((2, 8, 8)); f['y'] = np.array([[.5, 1], [2, np.inf]])");
  expect_error(options(), "dataset /y", "sample 1 holds inf in column 1");
}

TEST_F(BadFile, WithASplitThatIsNone) {
  write("f['x'] = np.zeros((2, 8, 8)); f['samples/split'] = np.array([0, 3], 'u1')");
  expect_error(options(), "dataset /samples/split", "sample 1 has 3");
  write("f['x'] = np.zeros((2, 8, 8)); f['samples/split'] = ['train', 'left']");
  expect_error(options(), "dataset /samples/split", "sample 1 has 'left'");
  write("f['x'] = np.zeros((2, 8, 8)); f['samples/group_id'] = np.array([.5, 1])");
  expect_error(options(), "dataset /samples/group_id", "sample 0 has 0.5", "whole numbers");
}

TEST_F(BadFile, OfAnUnclearLayout) {
  write("f['x'] = np.zeros((2, 8, 9, 7)); f['z'] = np.zeros((2, 3, 9, 3))");
  expect_error(options("x"), "dataset /x", "data.layout");
  expect_error(options("z"), "dataset /z", "data.layout");
  expect_error(options("x", "", "nhw"), "dataset /x", "data.layout = nhw", "3 dimensions");
  for (const char* layout : {"chwn", "nhwx", "nhhw", "nhwt", "n", ""}) {
    EXPECT_THROW(Dataset(options("x", "", layout)), UsageError) << layout;
  }
}

TEST_F(BadFile, WithNamesForOtherColumns) {
  write("f['x'] = np.zeros((2, 3)); f['x'].attrs['names'] = ['a', 'b']");
  expect_error(options(), "dataset /x", "names 2 columns", "there are 3");
}

TEST_F(BadFile, WithATableThatHasGaps) {
  write("x = np.zeros((5, 3)); x[3, 1] = np.nan; f['x'] = x; f['x'].attrs['names'] = ['age', 'pulse', 'weight']");
  const Dataset dataset(options());
  for (const ScalingMethod method : {ScalingMethod::kNone, ScalingMethod::kUnit, ScalingMethod::kStandardize}) {
    EXPECT_THAT(
        [&] {
          make_preparation({.scaling = method}, dataset, std::vector<std::int64_t>{0, 1, 2, 3, 4}).scaling;
        },
        ThrowsMessage<Error>(
            AllOf(HasSubstr(path()), HasSubstr("dataset /x"), HasSubstr("sample 3"), HasSubstr("nan"), HasSubstr("pulse"))));
    EXPECT_NO_THROW(make_preparation({.scaling = method}, dataset, std::vector<std::int64_t>{0, 1, 2, 4}).scaling);
  }
}

TEST_F(BadFile, WithAnInfinitePixel) {
  write("x = np.zeros((5, 2, 4, 4)); x[2, 1, 3, 3] = np.inf; f['x'] = x");
  const Dataset images(options("x", "", "nchw"));
  EXPECT_THAT(
      [&] {
        make_preparation({.scaling = ScalingMethod::kNone}, images, std::vector<std::int64_t>{0, 1, 2, 3, 4}).scaling;
      },
      ThrowsMessage<Error>(AllOf(HasSubstr("dataset /x"), HasSubstr("sample 2"), HasSubstr("inf"), HasSubstr("channel 1"))));
}

TEST_F(BadFile, WithADamagedChunk) {
  write("f.create_dataset('x', data=np.random.default_rng(0).random((20, 8, 8)), chunks=(1, 8, 8), compression='gzip')");
  damage_chunk(7);
  const Dataset dataset(options());
  at::Tensor value = at::empty({1, 1, 8, 8}, at::kFloat);
  EXPECT_NO_THROW(dataset.read(std::vector<std::int64_t>{6}, value));
  EXPECT_THAT([&] { dataset.read(std::vector<std::int64_t>{7}, value); },
              ThrowsMessage<Error>(AllOf(HasSubstr(path()), HasSubstr("dataset /x"), HasSubstr("samples 7 to 7"))));
}

// h5py itself returns memory that was never written for the pixels that are missing, where the cut is between two instructions of LZF.
TEST_F(BadFile, WithLzfChunksThatAreCutShort) {
  write(
      "f['y'] = np.arange(6) % 2\n"
      "x = f.create_dataset('x', data=np.random.default_rng(0).integers(0, 4, (6, 32, 32)).astype('u1'), chunks=(1, 32, 32), "
      "compression='lzf')\n"
      "for i in range(1, 6):\n"
      "  mask, packed = x.id.read_direct_chunk((i, 0, 0))\n"
      "  x.id.write_direct_chunk((i, 0, 0), packed[:len(packed) // 2 + i], mask)\n");
  const Dataset dataset(options());
  at::Tensor value = at::empty({1, 1, 32, 32}, at::kFloat);
  EXPECT_NO_THROW(dataset.read(std::vector<std::int64_t>{0}, value));
  for (std::int64_t i = 1; i < 6; ++i) {
    EXPECT_THAT([&] { dataset.read(std::vector<std::int64_t>{i}, value); }, ThrowsMessage<Error>(AllOf(HasSubstr(path()), HasSubstr("/x"))))
        << i;
  }
}

}  // namespace
}  // namespace galen::data
