#include "galen/terminal_text.h"

#include <gtest/gtest.h>

namespace galen {
namespace {

TEST(Wrap, BreaksBetweenWords) { EXPECT_EQ(wrap("galen: one two three", 7, 14), "galen: one two\n       three"); }

TEST(Wrap, CountsCharactersAndNotBytes) { EXPECT_EQ(wrap("ééé ééé é", 0, 7), "ééé ééé\né"); }

TEST(Wrap, KeepsLineBreaksAndTheirIndentation) { EXPECT_EQ(wrap("one\n  two three", 1, 9), "one\n   two\n three"); }

TEST(Wrap, KeepsBlanksWithinALine) { EXPECT_EQ(wrap("ok   cores   2", 4), "ok   cores   2"); }

TEST(Wrap, LeavesLongWordsWhole) { EXPECT_EQ(wrap("a /very/long/path b", 2, 6), "a\n  /very/long/path\n  b"); }

}  // namespace
}  // namespace galen
