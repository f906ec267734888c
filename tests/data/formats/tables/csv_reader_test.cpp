#include "data/formats/tables/csv_reader.h"
#include "data/formats/tables/table_form.h"

#include "tests/support/error_text.h"
#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>

namespace galen::data {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class CsvReaderTest : public testing::Test {
 protected:
  std::vector<std::vector<std::string>> read(const std::string& text, char delimiter = ',') {
    CsvReader reader(folder_.write("table.csv", text), delimiter);
    std::vector<std::vector<std::string>> records;
    std::vector<std::string> cells;
    lines_.clear();
    while (reader.next(cells)) {
      records.push_back(cells);
      lines_.push_back(reader.line());
    }
    return records;
  }

  test::TemporaryFolder folder_;
  std::vector<std::int64_t> lines_;
};

TEST_F(CsvReaderTest, SplitsRecordsIntoCells) {
  EXPECT_THAT(read("a,b\n1,2\n"), ElementsAre(ElementsAre("a", "b"), ElementsAre("1", "2")));
  EXPECT_THAT(read("1,2"), ElementsAre(ElementsAre("1", "2")));
  EXPECT_THAT(read("1,,\n"), ElementsAre(ElementsAre("1", "", "")));
  EXPECT_THAT(read("1;2,5\n", ';'), ElementsAre(ElementsAre("1", "2,5")));
  EXPECT_THAT(read("1\t\t3\n", '\t'), ElementsAre(ElementsAre("1", "", "3")));
}

TEST_F(CsvReaderTest, TakesQuotedCellsAsTheyAre) {
  EXPECT_THAT(read("\"a,b\",\"say \"\"so\"\"\",\" x \"\n"), ElementsAre(ElementsAre("a,b", "say \"so\"", " x ")));
  EXPECT_THAT(read("\"two\nlines\",1\n3,4\n"), ElementsAre(ElementsAre("two\nlines", "1"), ElementsAre("3", "4")));
  EXPECT_THAT(lines_, ElementsAre(1, 3));
}

TEST_F(CsvReaderTest, UnderstandsEveryLineEnd) {
  EXPECT_THAT(read("1,2\r\n3,4\r5,6\n"), ElementsAre(ElementsAre("1", "2"), ElementsAre("3", "4"), ElementsAre("5", "6")));
  EXPECT_THAT(lines_, ElementsAre(1, 2, 3));
}

TEST_F(CsvReaderTest, PassesOverByteOrderMarkBlanksAndEmptyLines) {
  EXPECT_THAT(read("\xEF\xBB\xBF id , name \n\n\n 1 ,x\n\n"), ElementsAre(ElementsAre("id", "name"), ElementsAre("1", "x")));
  EXPECT_THAT(lines_, ElementsAre(1, 4));
}

TEST_F(CsvReaderTest, NamesTheLineOfABadQuote) {
  EXPECT_THAT(test::error_text([&] { read("a,b\n1,\"open\n"); }), HasSubstr("line 2"));
  EXPECT_THAT(test::error_text([&] { read("a,b\n\"x\"y,2\n"); }), HasSubstr("line 2"));
}

TEST_F(CsvReaderTest, FindsTheDelimiterInTheFirstLine) {
  EXPECT_EQ(find_delimiter(folder_.write("a", "\"a;b;c\",x\n"), "auto"), ',');
  EXPECT_EQ(find_delimiter(folder_.write("b", "a;b;c\n1,5;2,5;3\n"), "auto"), ';');
  EXPECT_EQ(find_delimiter(folder_.write("c", "a\tb\n"), "auto"), '\t');
  EXPECT_EQ(find_delimiter(folder_.write("d", "a|b\n"), "|"), '|');
}

}  // namespace
}  // namespace galen::data
