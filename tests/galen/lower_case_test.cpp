#include "galen/lower_case.h"

#include <gtest/gtest.h>

namespace galen {
namespace {

TEST(LowerCase, ChangesLettersOfAsciiAlone) {
  EXPECT_EQ(lower_case(""), "");
  EXPECT_EQ(lower_case("AZ az [@`{ 09"), "az az [@`{ 09");
  EXPECT_EQ(lower_case("GRÖSSE ÀÉ"), "grÖsse ÀÉ");
}

}  // namespace
}  // namespace galen
