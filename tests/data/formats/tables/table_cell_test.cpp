#include "data/formats/tables/table_cell.h"

#include "data/formats/number_style.h"
#include "data/formats/tables/column_profile.h"
#include "data/formats/tables/date_cell.h"
#include "data/text/windows_1252.h"
#include "data/text/words.h"

#include <gmock/gmock.h>

#include <algorithm>

namespace galen::data {
namespace {

TEST(Cells, AreDatesInTheUsualOrders) {
  for (const char* date : {"2024-01-31", "2024/1/31", "31.1.2024", "31.01.24", "01/31/2024", "31/01/2024", "2024-01-31T10:30:00Z",
                           "2024-01-31 10:30:15.25+01:00", "1/31/2024 9:05 PM", "12-Mar-2024", "12 March 2024", "12Mar24", "12. März 2024",
                           "Mar 12, 2024", "MARCH 12 2024 10:30", "12-MAR-2024:08:15:00", "2024-Mar-12"}) {
    EXPECT_TRUE(is_date(date)) << date;
  }
  for (const char* other : {"", "2024", "120/80", "1.5", "3.1.2", "2024-13-32", "2024-01", "10.0.0.1", "31.1.2024 or later", "1-2-3-4", "a",
                            "may", "may 5", "12-Mai", "40-Mar-2024", "12-Mat-2024", "Mar 12, 2024 or later", "stage 1 2"}) {
    EXPECT_FALSE(is_date(other)) << other;
  }
}

TEST(Cells, MayBeDatesWithoutSeparators) {
  for (const char* date : {"20240131", "19991231", "20240131.0", "202401312359", "20240131235959"})
    EXPECT_TRUE(is_compact_date(date)) << date;
  for (const char* other :
       {"", "2024", "20241301", "20240132", "18991231", "21000101", "2024013", "20240131.5", "-20240131", "202401312460"})
    EXPECT_FALSE(is_compact_date(other)) << other;
}

TEST(Cells, AreNumbersByTheStyleOfTheTable) {
  EXPECT_EQ(parse_number("+1.5e3"), 1500);
  EXPECT_EQ(parse_number("1.234,5", NumberStyle::kDecimalComma), 1234.5);
  EXPECT_EQ(parse_number("-,5", NumberStyle::kDecimalComma), -0.5);
  EXPECT_EQ(parse_number("-1,234,567.25", NumberStyle::kThousandsComma), -1234567.25);
  EXPECT_EQ(parse_number("12", NumberStyle::kDecimalComma), 12);
  for (const char* other : {"1,2,3", "1.234", "12.34,5", "1.2345,6", ",", "x,5"}) {
    EXPECT_EQ(parse_number(other, NumberStyle::kDecimalComma), std::nullopt) << other;
  }
  for (const char* other : {"1,23", "1234,567", "1,2345", ",123", "1,,234", "1,234,", "--1"}) {
    EXPECT_EQ(parse_number(other, NumberStyle::kThousandsComma), std::nullopt) << other;
  }
  for (const char* other : {"", " ", "inf", "nan", "1e999", "0x10", "1 000", "+-1"}) EXPECT_EQ(parse_number(other), std::nullopt) << other;
}

TEST(Categories, AreInOrderOfTheirNumbersThenTheirTexts) {
  std::vector<std::string> names = {"b", "10", "B", "9", "-1", "a"};
  std::sort(names.begin(), names.end(), CategoryOrder());
  EXPECT_THAT(names, testing::ElementsAre("-1", "9", "10", "B", "a", "b"));
}

TEST(Utf8, IsToldFromLatinBytes) {
  for (const char* text : {"", "plain", "groß", "€", "\xF0\x9F\xA9\xBA"}) EXPECT_TRUE(is_utf8(text)) << text;
  for (const char* text : {"gro\xDF", "\xC3", "\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE0\x80\x80", "a\x80"})
    EXPECT_FALSE(is_utf8(text));
  EXPECT_EQ(utf8_from_windows_1252("gro\xDF \x80 \x93x\x94 \x81"), "groß € “x” \xEF\xBF\xBD");
}

}  // namespace
}  // namespace galen::data
