// How a table lies in its file: text encoding, lines before it, what separates its cells.

#include "data/formats/tables/table_form.h"

#include "tests/data/formats/tables/table_fixture.h"

#include <gmock/gmock.h>

namespace galen::data {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

class TableForm : public TableTest {
 protected:
  /// What UTF-16 makes of ASCII and of characters up to U+07FF in UTF-8.
  static std::string utf16(const std::string& text, bool little, bool mark) {
    std::string bytes = mark ? (little ? "\xFF\xFE" : "\xFE\xFF") : "";
    for (std::size_t i = 0; i < text.size(); ++i) {
      const auto c = static_cast<unsigned char>(text[i]);
      const int character = c < 0x80 ? c : (c & 0x1F) << 6 | (text[++i] & 0x3F);
      const auto high = static_cast<char>(character >> 8);
      const auto low = static_cast<char>(character & 0xFF);
      bytes += little ? std::string{low, high} : std::string{high, low};
    }
    return bytes;
  }

  ImportReport import_and_compare(const std::string& text, const std::string& options, const std::string& target = "label") const {
    const std::string source = folder_.write("t.csv", text);
    const ImportReport report = import(source, with({.target = {target}}));
    compare("formats/tables/compare_pandas.py", {source, options, target});
    return report;
  }
};

const std::string kTable = "age,größe,label\n30,1.5,yes\n41,2.25,no\n29,,yes\n";

TEST_F(TableForm, Utf16IsReadWithAndWithoutAMark) {
  for (const auto& [little, name] : {std::pair(true, "utf-16-le"), std::pair(false, "utf-16-be")}) {
    EXPECT_THAT(import_and_compare(utf16(kTable, little, true), R"({"encoding": "utf-16"})").warnings, Contains(HasSubstr("UTF-16")));
    import_and_compare(utf16(kTable, little, false), fmt::format(R"({{"encoding": "{}"}})", name));
  }
  import_and_compare(utf16("age\tx\tlabel\n30\t1\tyes\n41\t2\tno\n", true, true), R"({"encoding": "utf-16", "sep": "\t"})");
  import_and_compare("\xEF\xBB\xBF" + kTable, R"({"encoding": "utf-8-sig"})");
  EXPECT_THAT(refusal_of_text(utf16(kTable, true, true) + "x"), HasSubstr("middle of a character"));
  EXPECT_THAT(refusal_of_text(std::string("\xFF\xFE\0\0a\0\0\0", 8)), HasSubstr("UTF-32"));
}

TEST_F(TableForm, AFirstLineMayNameTheDelimiter) {
  EXPECT_THAT(import_and_compare("sep=;\nage;x;label\n30;1,5;yes\n41;2,5;no\n", R"({"sep": ";", "skiprows": 1, "decimal": ","})").warnings,
              Contains(HasSubstr("Line 1 names the delimiter: ;")));
}

TEST_F(TableForm, LinesBeforeTheTableThatBeginWithAMarkArePassedOver) {
  EXPECT_THAT(import_and_compare("# export of 1, 2, 3\n#\n\nage,x,label\n30,1.5,yes\n41,2.5,no\n", R"({"comment": "#"})").warnings,
              Contains(HasSubstr("2 lines that begin with #")));
  EXPECT_THAT(refusal_of_text("# a\nage,x,label\n30,1.5\n"), HasSubstr("line 2 names 3 columns"));
}

TEST_F(TableForm, AMarkedLineMayBeTheHeader) {
  const ImportReport report = import_text("# made by numpy.savetxt\n# age,x,label\n30,1.5,1\n41,2.5,0\n");
  EXPECT_THAT(report.warnings, AllOf(Contains(HasSubstr("Line 2 names the columns")), Contains(HasSubstr("1 line that begins with #"))));
  EXPECT_THAT(imported().feature_names(), ElementsAre("age", "x"));
  EXPECT_THAT(column(0), ElementsAre(30, 41));
  import_text("#,x,label\n1,1.5,1\n2,2.5,0\n");
  EXPECT_THAT(imported().feature_names(), ElementsAre("x"));
}

TEST_F(TableForm, BlanksSeparateWhereTheyPartAllLinesAlike) {
  EXPECT_THAT(import_and_compare("  age   x  label\n 30  1.5\tyes\n 7 12.25 no  \n", R"({"sep": "\\s+"})").warnings,
              Contains(HasSubstr("Blanks and tabs")));
  // As the UCI repository has cars: blanks between numbers, a tab before a name in quotes.
  const std::string cars =
      "18.0   8   307.0\t\"chevrolet chevelle malibu\"\n15.0   8   350.0\t\"buick skylark 320\"\n18.0   4   ?\t\"vw\"\n";
  EXPECT_EQ(find_delimiter(folder_.write("cars", cars), "auto"), kBlanks);
  EXPECT_EQ(find_delimiter(folder_.write("tsv", "a\tb\n1 2\t3\n4\t5\n"), "auto"), '\t');
  EXPECT_EQ(find_delimiter(folder_.write("csv", "a, b\n1, 2\n3, 4\n"), "auto"), ',');
  EXPECT_EQ(find_delimiter(folder_.write("commas", "1,5 2,5 3\n2,5 1,5 4\n"), "auto"), kBlanks);
  EXPECT_EQ(find_delimiter(folder_.write("half", "num  x  ward  label\n1  5.5  B  no\n2  8.7  A  yes\n"), "auto"), kBlanks);
  EXPECT_TRUE(is_csv((folder_ / "half").string()));
  EXPECT_EQ(find_delimiter(folder_.write("names", "name\tage\nA Smith\t41\nB Jones\t52\n"), "auto"), '\t');
  EXPECT_EQ(find_delimiter(folder_.write("bars", "a|b\n1|2\n"), "auto"), '|');
  EXPECT_FALSE(is_csv(folder_.write("prose.txt", "This is a text\nof words alone, or\nof four words each\n").string()) &&
               find_delimiter(folder_ / "prose.txt", "auto") == kBlanks);
}

TEST_F(TableForm, RsTablesNameAllColumnsButThatOfRowNames) {
  const ImportReport report = import_text("\"age\" \"x\" \"label\"\n\"1\" 30 1.5 \"a\"\n\"2\" 41 2.5 \"b\"\n\"3\" 29 2 \"a\"\n");
  EXPECT_THAT(report.warnings, Contains(HasSubstr("names of rows")));
  EXPECT_THAT(imported().feature_names(), ElementsAre("age", "x"));
  EXPECT_THAT(column(0), ElementsAre(30, 41, 29));
}

TEST_F(TableForm, TablesOfOtherProgramsAreNamed) {
  const std::vector<std::pair<std::string, const char*>> files = {
      {std::string("PK\x03\x04....[Content_Types].xml", 27), "Excel"}, {"PAR1....", "Parquet"},  {"$FL2@(#)", "SPSS"},
      {"% of irises\n@RELATION iris\n@ATTRIBUTE a NUMERIC\n", "ARFF"}, {"[{\"a\": 1}]", "JSON"}, {"<html><table>", "HTML"}};
  for (const auto& [bytes, name] : files) EXPECT_THAT(refusal_of_text(bytes), AllOf(HasSubstr(name), HasSubstr("as CSV")));
}

}  // namespace
}  // namespace galen::data
