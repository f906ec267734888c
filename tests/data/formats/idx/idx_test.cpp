#include "tests/data/import/import_fixture.h"

#include <ATen/ops/empty.h>
#include <gmock/gmock.h>
#include <zlib.h>

#include <filesystem>

namespace galen::data {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

class IdxTest : public test::ImportFixture {
 protected:
  static std::string idx(int type, const std::vector<int>& shape, const std::string& numbers) {
    std::string bytes = {0, 0, static_cast<char>(type), static_cast<char>(shape.size())};
    for (const int size : shape) bytes += {0, 0, static_cast<char>(size >> 8), static_cast<char>(size)};
    return bytes + numbers;
  }

  /// `n` images of 6 × 5, the pixels of image i all `first` + i; and their labels, i % 2.
  void write_pair(const std::string& prefix, int n, int first, bool packed = false) {
    std::string pixels;
    std::string labels;
    for (int i = 0; i < n; ++i) {
      pixels += std::string(30, static_cast<char>(first + i));
      labels += static_cast<char>(i % 2);
    }
    write(prefix + "images-idx3-ubyte", idx(8, {n, 6, 5}, pixels), packed);
    write(prefix + "labels-idx1-ubyte", idx(8, {n}, labels), packed);
  }

  std::string write(const std::string& name, const std::string& bytes, bool packed = false) {
    if (!packed) return source_.write(name, bytes);
    const std::string path = source_ / (name + ".gz");
    gzFile file = gzopen(path.c_str(), "wb");
    gzwrite(file, bytes.data(), static_cast<unsigned>(bytes.size()));
    gzclose(file);
    return path;
  }

  ImportReport import_folder() const { return import(source_.path()); }
  std::string refusal_of_folder() const { return refusal(source_.path()); }

  int first_pixel(std::int64_t sample) const {
    const Dataset dataset = imported();
    at::Tensor image = at::empty({1, 1, 6, 5}, at::kByte);
    dataset.read({&sample, 1}, image);
    return image.data_ptr<std::uint8_t>()[0];
  }

  test::TemporaryFolder source_;
};

TEST_F(IdxTest, TheMnistTestDigitsArrivePixelForPixel) {
  const auto source = test::real_data("idx");
  if (!source) GTEST_SKIP() << "needs idx/ in GALEN_REAL_DATA";
  const ImportReport report = import(*source);
  EXPECT_EQ(report.format, "idx");
  EXPECT_EQ(report.task, "multiclass");
  EXPECT_THAT(report.sample_shape, ElementsAre(1, 28, 28));
  EXPECT_EQ(report.samples, 10000);
  compare("import/compare.py", {"idx", *source});
}

TEST_F(IdxTest, NamesTellTheSplit) {
  write_pair("train-", 80, 0);
  write_pair("t10k-", 20, 100, /*packed=*/true);
  EXPECT_THAT(import_folder().subsets, ElementsAre(70, 10, 20));
  EXPECT_EQ(first_pixel(0), 0);
  EXPECT_EQ(first_pixel(79), 79);
  EXPECT_EQ(first_pixel(80), 100);
  EXPECT_EQ(imported().stored_split()[80], Subset::kTest);
}

TEST_F(IdxTest, AFileOfImagesFindsItsLabels) {
  write_pair("train-", 40, 0);
  write_pair("t10k-", 20, 100);
  const ImportReport report = import(source_ / "t10k-images-idx3-ubyte");
  EXPECT_EQ(report.samples, 20);
  EXPECT_THAT(report.subsets, ElementsAre(14, 2, 4));
  EXPECT_EQ(first_pixel(0), 100);
}

TEST_F(IdxTest, AnUnpackedCopyIsTakenOnce) {
  write_pair("t10k-", 20, 100);
  write_pair("t10k-", 20, 100, /*packed=*/true);
  const ImportReport report = import_folder();
  EXPECT_EQ(report.samples, 20);
  EXPECT_THAT(report.warnings, ElementsAre(HasSubstr("passed over"), HasSubstr("passed over")));
}

TEST_F(IdxTest, NumbersOfOtherTypesAreBigEndian) {
  std::string values("\x3F\xC0\0\0", 4);  // 1.5
  values.resize(80, '\0');
  write("images", idx(0x0D, {2, 2, 5}, values));
  write("labels", idx(0x0C, {2}, std::string("\0\0\0\1\0\0\0\0", 8)));
  import_folder();
  const Dataset dataset = imported();
  at::Tensor image = at::empty({1, 1, 2, 5}, at::kFloat);
  const std::int64_t first = 0;
  dataset.read({&first, 1}, image);
  EXPECT_EQ(image.data_ptr<float>()[0], 1.5F);
  EXPECT_EQ(dataset.targets().data_ptr<std::int64_t>()[0], 1);
}

TEST_F(IdxTest, ATruncatedGzipFileIsNamed) {
  write_pair("t10k-", 100, 0, /*packed=*/true);
  for (const char* name : {"t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"}) {
    const std::string whole = test::read_file(source_ / name);
    source_.write(name, whole.substr(0, whole.size() - 12));
    EXPECT_THAT(refusal_of_folder(), AllOf(HasSubstr(name), HasSubstr("cut off")));
    source_.write(name, whole);
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path()));
}

TEST_F(IdxTest, FilesThatDoNotFitTogetherAreNamed) {
  write("a-images", idx(8, {3, 6, 5}, std::string(90, 'x')));
  EXPECT_THAT(refusal_of_folder(), AllOf(HasSubstr("a-images"), HasSubstr("labels")));
  write("a-labels", idx(8, {4}, std::string(4, '\0')));
  EXPECT_THAT(refusal_of_folder(), AllOf(HasSubstr("3 samples"), HasSubstr("holds 4")));
  write("a-labels", idx(8, {3}, std::string(2, '\0')));
  EXPECT_THAT(refusal_of_folder(), AllOf(HasSubstr("a-labels"), HasSubstr("ends 1 bytes before")));
  write("a-labels", idx(8, {3}, std::string(4, '\0')));
  EXPECT_THAT(refusal_of_folder(), AllOf(HasSubstr("a-labels"), HasSubstr("longer")));
  write("a-labels", idx(8, {3}, std::string(3, '\0')));
  EXPECT_EQ(refusal_of_folder(), "");
  write("b-images", idx(8, {3, 6, 5}, std::string(90, 'x')));
  write("b-labels", idx(8, {3}, std::string(3, '\0')));
  EXPECT_THAT(refusal_of_folder(), AllOf(HasSubstr("training"), HasSubstr("a-images")));
}

TEST_F(IdxTest, ADamagedHeaderIsFoundOutBeforeMemoryIsTaken) {
  write("images", std::string("\0\0\x08\3\x7F\xFF\xFF\xFF\x7F\xFF\xFF\xFF\x7F\xFF\xFF\xFF", 16));
  write("labels", std::string("\0\0\x08\1\x7F\xFF\xFF\xFF", 8));
  EXPECT_THAT(refusal_of_folder(), AllOf(HasSubstr("images"), HasSubstr("impossible")));
  write("images", std::string("\0\0\x08\3\x7F\xFF\xFF\xFF\0\0\0\x06\0\0\0\x05", 16));
  EXPECT_THAT(refusal_of_folder(), AllOf(HasSubstr("labels"), HasSubstr("ends")));
}

}  // namespace
}  // namespace galen::data
