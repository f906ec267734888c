// Columns that only number the rows stay behind.

#include "data/formats/tables/row_count.h"

#include "tests/data/formats/tables/table_fixture.h"

#include <gmock/gmock.h>

#include <functional>

namespace galen::data {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class RowNumbers : public TableTest {
 protected:
  /// A table of one column beside x, which repeats.
  static std::string table(const std::string& name, int rows, const std::function<std::string(int)>& cell) {
    std::string text = name + ",x,label\n";
    for (int i = 0; i < rows; ++i) text += fmt::format("{},{},{}\n", cell(i), i * i % 7, i % 2);
    return text;
  }
  bool stays_behind(const std::string& name, int rows, const std::function<std::string(int)>& cell) const {
    const ImportReport report = import_text(table(name, rows, cell));
    const bool left_out = imported().feature_names().size() == 1;
    EXPECT_EQ(left_out, testing::Value(report.warnings, Contains(HasSubstr("only number the rows")))) << name;
    return left_out;
  }
};

TEST_F(RowNumbers, CountsStayBehindWhateverTheirName) {
  EXPECT_TRUE(stays_behind("patient_order", 12, [](int i) { return std::to_string(i + 1); }));
  EXPECT_TRUE(stays_behind("a", 12, [](int i) { return std::to_string(i); }));
  EXPECT_TRUE(stays_behind("a", 12, [](int i) { return fmt::format("{}.0", 500 + i); }));
  EXPECT_TRUE(stays_behind("a", 12, [](int i) { return std::to_string(12 - i); }));
  EXPECT_TRUE(stays_behind("a", 40, [](int i) { return std::to_string(i + i / 8); })) << "rows were dropped";
  EXPECT_TRUE(stays_behind("a", 40, [](int i) { return std::to_string(i * 7 % 40); })) << "rows were shuffled";
}

TEST_F(RowNumbers, NamesOfRowNumbersSufficeWhereEachComesOnce) {
  for (const char* name : {"rownames", "", "Unnamed: 0", "index", "row", "Row Number", "#"}) {
    EXPECT_TRUE(stays_behind(name, 6, [](int i) { return std::to_string(85 + i * i * 37 % 101); })) << name;
  }
  EXPECT_FALSE(stays_behind("index", 12, [](int i) { return std::to_string(i / 2); }));
}

TEST_F(RowNumbers, MeasurementsStay) {
  EXPECT_FALSE(stays_behind("age", 40, [](int i) { return std::to_string(20 + i / 2); })) << "sorted, with ties";
  EXPECT_FALSE(stays_behind("age", 40, [](int i) { return std::to_string(3 * i); })) << "sorted, far apart";
  EXPECT_FALSE(stays_behind("age", 40, [](int i) { return i == 20 ? "" : std::to_string(i); })) << "with a gap";
  EXPECT_FALSE(stays_behind("dose", 40, [](int i) { return fmt::format("{}.5", i); })) << "not whole";
  EXPECT_FALSE(stays_behind("grade", 6, [](int i) { return std::to_string(i + 1); })) << "few rows";
  EXPECT_FALSE(stays_behind("Patient Age", 40, [](int i) { return std::to_string(20 + i); })) << "by its name";
  EXPECT_FALSE(stays_behind("x1", 40, [](int i) { return std::to_string(i * i % 40); }));
}

TEST_F(RowNumbers, SortedColumnsAreTold) {
  const auto cell = [](int i) { return fmt::format("{}", 1.5 * i); };
  EXPECT_THAT(import_text(table("dose", 40, cell)).warnings, Contains(AllOf(HasSubstr("sorted by dose"), HasSubstr("--leave-out"))));
}

TEST_F(RowNumbers, ComeAlongWhereTheyAreKeptOrNothingElseIsLeft) {
  const auto cell = [](int i) { return std::to_string(i); };
  import_text(table("visit", 12, cell), with({.keep = {"visit"}}));
  EXPECT_THAT(imported().feature_names(), ElementsAre("visit", "x"));
  const ImportReport report = import_text(table("visit", 12, cell), with({.leave_out = {"x"}}));
  EXPECT_THAT(imported().feature_names(), ElementsAre("visit"));
  EXPECT_THAT(report.warnings, Contains(HasSubstr("Only numbers of rows are left")));
}

TEST_F(RowNumbers, RowsWithoutATargetCount) {
  std::string text = "a,x,label\n";
  for (int i = 0; i < 15; ++i) text += fmt::format("{},{},{}\n", i, i % 4, i % 5 == 3 ? "" : std::to_string(i % 2));
  import_text(text, with({.leave_out_unlabelled = true}));
  EXPECT_THAT(imported().feature_names(), ElementsAre("x"));
}

TEST_F(RowNumbers, WholeNumbersThatSinglePrecisionRoundsAreTold) {
  EXPECT_THAT(import_text("n,x,label\n16777217,1,0\n5,2,1\n", with({.type = "f32"})).warnings,
              Contains(AllOf(HasSubstr("single precision"), HasSubstr("16777217 in column n (line 2)"))));
  EXPECT_THAT(import_text("n,x,label\n16777216,1,0\n5,2,1\n", with({.type = "f32"})).warnings,
              Not(Contains(HasSubstr("single precision"))));
  EXPECT_THAT(import_text("n,x,label\n9007199254740993,1,0\n5,2,1\n").warnings,
              Contains(AllOf(HasSubstr("double precision"), HasSubstr("9007199254740993 in column n (line 2)"))));
  EXPECT_THAT(import_text("n,x,label\n9007199254740992,1,0\n5,2,1\n").warnings, Not(Contains(HasSubstr("precision"))));
}

}  // namespace
}  // namespace galen::data
