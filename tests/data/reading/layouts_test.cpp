#include "data/files/dataset.h"
#include "galen/error.h"
#include "tests/support/places.h"
#include "tests/support/run_python.h"
#include "tests/support/temporary_folder.h"

#include <ATen/ops/empty.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <numeric>
#include <random>
#include <thread>

namespace galen::data {
namespace {

using testing::AllOf;
using testing::HasSubstr;

using Numbers = std::vector<std::int64_t>;

// Every way of storing samples that make_layouts.py knows gives the bytes that h5py reads, for any samples asked for.
class AsH5pyReads : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (!test::python()) return;
    folder = std::make_unique<test::TemporaryFolder>();
    const std::string script = test::source_folder() / "tests/data/reading/make_layouts.py";
    made = test::run_python({script, folder->path()});
  }
  static void TearDownTestSuite() { folder.reset(); }

  void SetUp() override {
    if (!test::python()) GTEST_SKIP() << "needs a Python with numpy and h5py (launch/setup.sh --tests)";
    ASSERT_EQ(made.exit_code, 0) << made.errors;
  }

  static std::unique_ptr<Dataset> open(const std::string& name) {
    const std::string path = *folder / (name + ".h5");
    const std::string input = name == "nested" ? "/a/b/c/x" : "x";
    const std::string layout = name.starts_with("channels_last") ? "nhwc"
                               : name.starts_with("rank_2")      ? "nf"
                               : name.starts_with("rank_3")      ? "nhw"
                               : name.starts_with("rank_5")      ? "ncdhw"
                               : name.starts_with("odd_chunk")   ? "nhw"
                                                                 : "nchw";
    return std::make_unique<Dataset>(DatasetOptions{.file = path, .input = input, .target = "", .layout = layout});
  }

  static void expect_samples(const Dataset& dataset, const std::string& expected, const Numbers& samples, at::ScalarType type) {
    Numbers shape = {static_cast<std::int64_t>(samples.size())};
    shape.insert(shape.end(), dataset.input_shape().begin(), dataset.input_shape().end());
    at::Tensor values = at::empty(shape, type);
    values.fill_(77);  // so that a sample left out is seen
    dataset.read(samples, values);
    const std::size_t row = expected.size() / static_cast<std::size_t>(dataset.size());
    ASSERT_EQ(values.nbytes(), row * samples.size());
    const auto* bytes = static_cast<const char*>(values.const_data_ptr());
    for (std::size_t i = 0; i < samples.size(); ++i) {
      ASSERT_EQ(std::memcmp(bytes + i * row, &expected[static_cast<std::size_t>(samples[i]) * row], row), 0)
          << "sample " << samples[i] << ", number " << i << " of " << samples.size() << " asked for";
    }
  }

  // Whole, backwards, one by one, none, and random with repeats.
  static void expect_all(const Dataset& dataset, const std::string& expected, at::ScalarType type) {
    Numbers all(static_cast<std::size_t>(dataset.size()));
    std::iota(all.begin(), all.end(), 0);
    const Numbers backwards(all.rbegin(), all.rend());
    expect_samples(dataset, expected, backwards, type);
    expect_samples(dataset, expected, all, type);
    expect_samples(dataset, expected, {}, type);
    for (const std::int64_t sample : all) expect_samples(dataset, expected, {sample}, type);
    std::mt19937 random(11);
    for (int round = 0; round < 5; ++round) {
      Numbers drawn(24);
      for (std::int64_t& sample : drawn) sample = static_cast<std::int64_t>(random() % all.size());
      drawn[7] = drawn[6] = drawn[3];
      expect_samples(dataset, expected, drawn, type);
    }
  }

  static void expect_same(const std::string& name) {
    SCOPED_TRACE(name);
    try {
      const auto dataset = open(name);
      expect_all(*dataset, test::read_file(*folder / (name + ".f32")), at::kFloat);
      const std::filesystem::path bytes = *folder / (name + ".u8");
      ASSERT_EQ(std::filesystem::exists(bytes), dataset->input_type() == at::kByte);
      if (std::filesystem::exists(bytes)) expect_all(*dataset, test::read_file(bytes), at::kByte);
    } catch (const std::exception& error) {
      ADD_FAILURE() << error.what();
    }
  }
  static void expect_same(std::initializer_list<const char*> names) {
    for (const char* name : names) expect_same(std::string(name));
  }
  static void expect_filter(const std::string& name) {
    for (const char* type : {"uint8", "uint16", "float32", "float64", "int32"}) {
      expect_same(name + "_" + type + "_one");
      expect_same(name + "_" + type + "_edge");
    }
  }

  inline static std::unique_ptr<test::TemporaryFolder> folder;
  inline static test::ProgramResult made;
};

TEST_F(AsH5pyReads, Contiguous) { expect_same({"contiguous", "contiguous_f4"}); }
TEST_F(AsH5pyReads, AUserBlock) { expect_same({"user_block", "user_block_chunked"}); }
TEST_F(AsH5pyReads, NestedGroups) { expect_same({"nested"}); }
TEST_F(AsH5pyReads, ChannelsLast) { expect_same({"channels_last", "channels_last_gzip"}); }
TEST_F(AsH5pyReads, TwoThreeAndFiveDimensions) { expect_same({"rank_2", "rank_3", "rank_5", "rank_2_gzip", "rank_3_gzip", "rank_5_gzip"}); }
TEST_F(AsH5pyReads, OldAndNewFileFormats) {
  expect_same({"libver_earliest", "libver_latest", "libver_v108", "libver_v110"});
  expect_same({"libver_earliest_gzip", "libver_latest_gzip", "libver_v108_gzip", "libver_v110_gzip"});
}
TEST_F(AsH5pyReads, Compact) { expect_same({"compact"}); }
TEST_F(AsH5pyReads, OffsetsBeyondFourGibibytes) { expect_same({"beyond_4_gib", "beyond_4_gib_gzip"}); }
TEST_F(AsH5pyReads, External) { expect_same({"external"}); }
TEST_F(AsH5pyReads, Virtual) { expect_same({"virtual"}); }
TEST_F(AsH5pyReads, OrSaysThatTheFormatIsTooNew) {
  try {
    const auto dataset = open("virtual_newest_format");
    expect_same({"virtual_newest_format"});
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr("virtual_newest_format.h5: dataset /x"), HasSubstr("a format newer than HDF5")));
  }
}

TEST_F(AsH5pyReads, ChunksCutInEveryWay) {
  for (const char* cut : {"one_sample", "eight_samples", "all_samples", "cut_samples", "partial_edges", "longer_than_the_array"}) {
    expect_same(std::string("chunks_") + cut);
    expect_same(std::string("chunks_") + cut + "_gzip");
  }
  expect_same({"chunk_cache_too_small"});
}
TEST_F(AsH5pyReads, ArraysThatGrew) {
  expect_same({"grown_earliest", "grown_latest", "grown_in_two_ways_earliest", "grown_in_two_ways_latest"});
}
TEST_F(AsH5pyReads, EveryTimeOfAllocation) { expect_same({"allocated_early", "allocated_late", "allocated_incremental"}); }

TEST_F(AsH5pyReads, GzipOfLevelsOneAndNine) { expect_same({"gzip_1", "gzip_9"}); }
TEST_F(AsH5pyReads, Shuffle) { expect_filter("shuffle"); }
TEST_F(AsH5pyReads, GzipAndShuffle) { expect_filter("gzip_shuffle"); }
TEST_F(AsH5pyReads, Fletcher32) {
  expect_filter("fletcher32");
  expect_same({"odd_chunk_fletcher32"});
}
TEST_F(AsH5pyReads, GzipAndFletcher32) { expect_filter("gzip_fletcher32"); }
TEST_F(AsH5pyReads, GzipShuffleAndFletcher32) { expect_filter("gzip_shuffle_fletcher32"); }
TEST_F(AsH5pyReads, Lzf) {
  expect_filter("lzf");
  expect_filter("lzf_shuffle_fletcher32");
  expect_same({"lzf_incompressible", "lzf_equal"});
}
TEST_F(AsH5pyReads, Szip) {
  if (!std::filesystem::exists(*folder / "szip_uint8_one.h5")) GTEST_SKIP() << "h5py's HDF5 library writes no szip";
  expect_filter("szip");
  expect_filter("szip_shuffle");
}
TEST_F(AsH5pyReads, ScaleOffset) { expect_same({"scale_offset_integers", "scale_offset_gzip", "scale_offset_floats"}); }
TEST_F(AsH5pyReads, NumbersOfFewerBitsThanTheirBytes) { expect_same({"nbit", "nbit_shifted", "twelve_bits"}); }
TEST_F(AsH5pyReads, ChunksThatPassedOverFilters) { expect_same({"filter_masks"}); }

TEST_F(AsH5pyReads, EveryTypeAndByteOrder) {
  for (const char* type : {"i1", "u1", "i2", "i4", "i8", "u2", "u4", "u8", "f2", "f4", "f8"}) {
    for (const char* order : {"", "_big_endian"}) {
      if (type[1] == '1' && *order != '\0') continue;
      expect_same(std::string("type_") + type + order);
      expect_same(std::string("type_") + type + order + "_gzip");
    }
  }
}
TEST_F(AsH5pyReads, BooleansAndEnumerations) { expect_same({"type_bool", "type_bool_gzip", "type_enum"}); }

TEST_F(AsH5pyReads, FromSeveralThreadsAtOnce) {
  for (const char* name : {"contiguous", "chunks_cut_samples_gzip", "gzip_shuffle_fletcher32_float32_edge", "virtual"}) {
    SCOPED_TRACE(name);
    const auto dataset = open(name);
    const std::string expected = test::read_file(*folder / (std::string(name) + ".f32"));
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) threads.emplace_back([&] { expect_all(*dataset, expected, at::kFloat); });
  }
}

}  // namespace
}  // namespace galen::data
