#include "galen/shell_text.h"

#include <gtest/gtest.h>

#include <cstdio>

namespace galen {
namespace {

using Words = std::vector<std::string>;

/// What /bin/sh makes of a command, each word in brackets.
std::string words_in_shell(const Words& command) {
  const std::string line = "printf '[%s]' " + shell_text(command);
  FILE* shell = ::popen(line.c_str(), "r");
  std::string text;
  for (int c = std::fgetc(shell); c != EOF; c = std::fgetc(shell)) text += static_cast<char>(c);
  ::pclose(shell);
  return text;
}

TEST(ShellText, IsReadBackByTheShell) {
  const Words words = {"a", "b c", "it's", "", "$HOME", "--k=v", "*", "größe", "a\nb", "`x`", "\\", "\"", "#", "~"};
  std::string expected;
  for (const std::string& word : words) expected += "[" + word + "]";
  EXPECT_EQ(words_in_shell(words), expected);
}

TEST(ShellText, QuotesOnlyWhereItMust) {
  EXPECT_EQ(shell_text(Words{"a", "b c", "it's", "", "$x", "--k=v", "größe"}), "a 'b c' 'it'\\''s' '' '$x' --k=v größe");
  EXPECT_EQ(shell_word("host:/x,y@z+1%"), "host:/x,y@z+1%");
}

}  // namespace
}  // namespace galen
