#include "data/text/spelling.h"

#include <gtest/gtest.h>

namespace galen::data {
namespace {

TEST(Spelling, KeysAreEqualWhereNamesPrintAlikeButForTheirCase) {
  EXPECT_EQ(spelling_key("  No \t Finding\n"), "no finding");
  EXPECT_EQ(spelling_key("BENIGN "), spelling_key("benign"));
  EXPECT_EQ(spelling_key("benign\xC2\xA0tumour"), spelling_key("Benign Tumour"));
  EXPECT_EQ(spelling_key("Ménière"), spelling_key("me\xCC\x81nie\xCC\x80re"));
  EXPECT_EQ(spelling_key("be\xE2\x80\x8Bnign"), spelling_key("benign"));
  EXPECT_EQ(spelling_key("GRÖSSE"), spelling_key("Größe"));
  EXPECT_EQ(spelling_key("   "), "");
  EXPECT_NE(spelling_key("no finding"), spelling_key("nofinding"));
}

TEST(Spelling, NamesAreTidiedForPrinting) {
  EXPECT_EQ(tidy_name("\xC2\xA0"
                      "No  finding "),
            "No finding");
}

}  // namespace
}  // namespace galen::data
