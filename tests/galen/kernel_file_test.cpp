#include "galen/kernel_file.h"

#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>
#include <unistd.h>

namespace galen {
namespace {

TEST(NumberIn, IsTheFirstWord) {
  const test::TemporaryFolder folder;
  EXPECT_EQ(number_in(folder.write("number", "42 7\n")), 42);
  EXPECT_FALSE(number_in(folder.write("words", "max 100000\n")).has_value());
  EXPECT_FALSE(number_in(folder / "absent").has_value());
}

TEST(NumberAfter, StandsInItsLine) {
  const test::TemporaryFolder folder;
  const std::string file = folder.write("stat", "anonymous 1\nanon 2 kB\nfile x\n");
  EXPECT_EQ(number_after(file, "anon"), 2);
  EXPECT_FALSE(number_after(file, "file").has_value());
  EXPECT_FALSE(number_after(file, "none").has_value());
  EXPECT_EQ(number_after("/proc/self/status", "Pid:"), ::getpid());
}

}  // namespace
}  // namespace galen
