#include "data/formats/stored_type.h"

#include "data/import/import.h"
#include "galen/error.h"
#include "tests/data/formats/tables/table_fixture.h"
#include "tests/support/run_python.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/nan_to_num.h>
#include <gmock/gmock.h>

#include <cmath>
#include <filesystem>
#include <limits>
#include <numeric>

namespace galen::data {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

class StoredTypeTest : public TableTest {
 protected:
  /// The types line of a table with one feature `cell`.
  std::string choice(const std::string& cell, const TableOptions& table = {}) const {
    const ImportReport report = import_text(fmt::format("x;label\n{};0\n2;1\n", cell), with(table));
    EXPECT_EQ(report.types.size(), 1);
    EXPECT_THAT(describe(report), HasSubstr(fmt::format("  type    {}\n", report.types.front())));
    return report.types.front();
  }
  at::ScalarType type() const { return imported().input_type(); }

  /// All samples as a network sees them.
  at::Tensor read_all() const {
    const Dataset dataset = imported();
    std::vector<std::int64_t> samples(static_cast<std::size_t>(dataset.size()));
    std::iota(samples.begin(), samples.end(), 0);
    at::Tensor values = at::empty({dataset.size(), dataset.input_shape()[0]}, at::kFloat);
    dataset.read(samples, values);
    return values;
  }

  static constexpr char kDecimals[] =
      "a,b,c,y\n17.99,0.1,3,0.3\n1e30,,4,1.7\n-2.5e-310,123456789.123,5,2.25\n1,0.30000000000000004,6,1e-40\n16777217,2,,7\n";
};

TEST(StoredType, SaysWhichNumbersF32Changes) {
  for (const double number : {0.1, 16777217.0, 1e39, 1e-50, -17.99}) EXPECT_TRUE(f32_changes(number)) << number;
  for (const double number : {0.0, -0.0, 0.5, 16777216.0, static_cast<double>(0.1F), std::nan("")})
    EXPECT_FALSE(f32_changes(number)) << number;
  EXPECT_FALSE(f32_changes(std::numeric_limits<double>::infinity()));
  EXPECT_THROW(parse_stored_type("f16"), UsageError);
}

TEST_F(StoredTypeTest, IsF64WhereF32WouldChangeANumber) {
  EXPECT_EQ(choice("17.99"), "features f64, as f32 would change 17.99 in column x (line 2); --type f32 rounds to it");
  EXPECT_EQ(type(), at::kDouble);
  for (const char* cell : {"0.5", "-3", "16777216", "", "1e10"}) {
    EXPECT_EQ(choice(cell), "features f32, which holds every number of the table") << cell;
    EXPECT_EQ(type(), at::kFloat);
  }
  EXPECT_THAT(choice("16777217"), HasSubstr("f64"));
  EXPECT_THAT(choice("1e300"), HasSubstr("f64"));
}

TEST_F(StoredTypeTest, IsWhatTheUserSays) {
  EXPECT_THAT(choice("17.99", {.type = "f32"}), AllOf(HasSubstr("f32, as asked for"), HasSubstr("17.99 in column x")));
  EXPECT_EQ(type(), at::kFloat);
  EXPECT_EQ(choice("3", {.type = "f64"}), "features f64, as asked for");
  EXPECT_EQ(type(), at::kDouble);
  EXPECT_THAT(refusal_of_text("x,label\n1e300,0\n2,1\n", with({.type = "f32"})), AllOf(HasSubstr("line 2"), HasSubstr("--type auto")));
}

TEST_F(StoredTypeTest, KnowsDecimalSignsAndThousands) {
  EXPECT_THAT(choice("0,1"), HasSubstr("0,1 in column x"));
  EXPECT_THAT(choice("0,5"), HasSubstr("f32"));
  EXPECT_THAT(choice("1,000,000.1"), HasSubstr("1,000,000.1 in column x"));
  EXPECT_THAT(choice("1,000,000.5"), HasSubstr("f32"));
  EXPECT_THAT(choice("0,1", {.decimal = "comma"}), HasSubstr("f64"));
}

TEST_F(StoredTypeTest, CategoriesTakeF32) {
  const ImportReport report = import_text("x,sex,label\n1,m,0\n2,f,1\n3,m,0\n4,f,1\n");
  EXPECT_THAT(report.types, ElementsAre(HasSubstr("f32")));
}

TEST_F(StoredTypeTest, H5pyReadsTheDecimalsOfACsvFile) {
  const ImportReport report = import_text(kDecimals, with({.target = {"y"}}));
  EXPECT_THAT(report.types, ElementsAre(HasSubstr("features f64"), AllOf(HasSubstr("values to predict f64"), HasSubstr("0.3"))));
  compare("formats/compare_numbers.py", {folder_ / "t.csv", "f8"});
  import_text("a,y\n0.5,0.25\n1,0.75\n2,1.5\n", with({.target = {"y"}}));
  compare("formats/compare_numbers.py", {folder_ / "t.csv", "f4"});
}

TEST_F(StoredTypeTest, NetworksSeeTheSameValuesWhateverIsStored) {
  const char* table = "a,b,y\n17.99,0.1,0\n1e30,,1\n-2.5e-310,123456789.123,0\n1,0.30000000000000004,1\n";
  import_text(table, with({.target = {"y"}, .type = "f32"}));
  const at::Tensor f32 = read_all();
  import_text(table, with({.target = {"y"}, .type = "f64"}));
  const at::Tensor f64 = read_all();
  EXPECT_TRUE(at::equal(f32.isnan(), f64.isnan()));
  EXPECT_TRUE(at::equal(f32.nan_to_num(-1), f64.nan_to_num(-1)));
}

TEST_F(StoredTypeTest, StaysThatOfTheEarlierImport) {
  import_text("x,label\n0.1,0\n2,1\n");
  const std::string earlier = folder_ / "earlier.h5";
  std::filesystem::rename(output(), earlier);
  EXPECT_THAT(import_text("x,label\n1,0\n2,1\n", with({.like = earlier})).types, ElementsAre("features f64, as in " + earlier));
  EXPECT_EQ(type(), at::kDouble);
}

class NumpyTableTest : public StoredTypeTest {
 protected:
  void SetUp() override {
    if (!test::python()) GTEST_SKIP() << "needs Python with numpy and h5py (launch/setup.sh --tests)";
  }
  std::string save(const std::string& arrays) const {
    const std::string path = folder_ / "t.npz";
    const test::ProgramResult result = test::run_python({"-c", "import sys, numpy as np\nnp.savez(sys.argv[1], " + arrays + ")", path});
    EXPECT_EQ(result.exit_code, 0) << result.errors;
    return path;
  }
};

TEST_F(NumpyTableTest, ArrivesAsNumpyHasIt) {
  const struct {
    const char* x;
    const char* type;
    const char* says;
  } kTables[] = {
      {"np.arange(60).reshape(20, 3) / 10", "f8", "0.1 in"},
      {"(np.arange(60).reshape(20, 3) / 10).astype('>f8')", "f8", "row 1, column 2"},
      {"np.arange(60).reshape(20, 3) / 8", "f4", "every number"},
      {"(np.arange(60).reshape(20, 3) / 10).astype('f4')", "f4", "every number"},
      {"2**24 + np.arange(60).reshape(20, 3)", "f8", "16777217 in"},
  };
  for (const auto& [x, type, says] : kTables) {
    SCOPED_TRACE(x);
    const std::string source = save(fmt::format("x={}, y=np.arange(20) * 1.1", x));
    const ImportReport report = import(source);
    EXPECT_THAT(report.types, ElementsAre(HasSubstr(says), HasSubstr("1.1")));
    EXPECT_EQ(imported().feature_names().front(), "column_1");
    compare("formats/compare_numbers.py", {source, type});
  }
}

TEST_F(NumpyTableTest, KeepsSmallWholeNumbersAndTellsWhatF64Rounds) {
  const std::string small = save("x=np.arange(60, dtype='u1').reshape(20, 3), y=np.arange(20) % 2");
  EXPECT_THAT(import(small).types, testing::IsEmpty());
  compare("formats/compare_numbers.py", {small, "u1"});
  const ImportReport report = import(save("x=2**53 + np.arange(60).reshape(20, 3), y=np.arange(20) % 2"));
  EXPECT_THAT(report.warnings, testing::Contains(HasSubstr("30 values are whole numbers beyond 9007199254740992")));
}

TEST_F(NumpyTableTest, ATypeIsForTables) {
  const std::string images = save("x=np.zeros((5, 8, 8)), y=np.arange(5) % 2");
  EXPECT_EQ(import(images).sample_shape.size(), 3);
  EXPECT_THROW(import(images, with({.type = "f64"})), UsageError);
}

}  // namespace
}  // namespace galen::data
