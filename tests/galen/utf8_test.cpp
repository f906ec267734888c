#include "galen/utf8.h"

#include <gtest/gtest.h>

namespace galen {
namespace {

TEST(CountCharacters, CountsCodePoints) {
  EXPECT_EQ(count_characters(""), 0);
  EXPECT_EQ(count_characters("word"), 4);
  EXPECT_EQ(count_characters("größe"), 5);
  EXPECT_EQ(count_characters("\xF0\x9F\xA9\xBA €"), 3);
}

}  // namespace
}  // namespace galen
