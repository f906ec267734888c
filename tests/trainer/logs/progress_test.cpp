#include "trainer/logs/progress.h"

#include "tests/support/temporary_folder.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <array>
#include <memory>

namespace galen::trainer {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

TEST(Progress, PrintsWholeLinesWhereThereIsNoTerminal) {
  const test::TemporaryFolder folder;
  const std::string file = folder / "out.txt";
  std::FILE* out = std::fopen(file.c_str(), "w");
  {
    Progress progress(out, /*quiet=*/false, /*epochs=*/2, /*total_steps=*/40);
    for (std::int64_t step = 1; step <= 40; ++step) progress.step((step - 1) / 20, step, 1.0 / static_cast<double>(step), 32);
    progress.say("done.");
  }
  std::fclose(out);
  EXPECT_THAT(test::read_file(file), testing::MatchesRegex("epoch 1/2  step 1/40  loss 1.0000  [0-9]+ samples/s  [0-9]+ s left\n"
                                                           "epoch 2/2  step 40/40  loss 0.0250  [0-9]+ samples/s  0 s left\n"
                                                           "done.\n"))
      << "the first and the last step, and no other of so short a run";
}

TEST(Progress, PrintsNothingIfQuiet) {
  const test::TemporaryFolder folder;
  const std::string file = folder / "out.txt";
  std::FILE* out = std::fopen(file.c_str(), "w");
  Progress progress(out, /*quiet=*/true, 1, 1);
  progress.step(0, 1, 0.5, 32);
  progress.say("done.");
  std::fclose(out);
  EXPECT_EQ(test::read_file(file), "");
}

// The output on a terminal of the kind `type`: a pseudo-terminal, read at its other end.
std::string shown_on(const char* type) {
  setenv("TERM", type, /*overwrite=*/1);
  const int other_end = posix_openpt(O_RDWR | O_NOCTTY);
  if (other_end < 0 || grantpt(other_end) != 0 || unlockpt(other_end) != 0) return "no pseudo-terminal";
  std::FILE* terminal = std::fopen(ptsname(other_end), "w");
  {
    Progress progress(terminal, /*quiet=*/false, 1, 2);
    progress.step(0, 1, 0.5, 32);
    progress.step(0, 2, 0.25, 32);
    progress.say("done.");
  }
  std::fclose(terminal);
  std::string shown;
  std::array<char, 4096> bytes = {};
  for (ssize_t size; (size = read(other_end, bytes.data(), bytes.size())) > 0;) shown.append(bytes.data(), static_cast<std::size_t>(size));
  close(other_end);
  return shown;
}

TEST(Progress, RedrawsOneLineOnATerminal) {
  const std::string shown = shown_on("xterm");
  EXPECT_THAT(shown, testing::HasSubstr("\r\x1b[2Kepoch 1/1  step 1/2"));
  EXPECT_THAT(shown, testing::HasSubstr("left\r\x1b[2Kepoch 1/1  step 2/2"));
  EXPECT_THAT(shown, testing::EndsWith("left\r\x1b[2Kdone.\r\n"));
}

TEST(Progress, PrintsWholeLinesOnADumbTerminal) { EXPECT_THAT(shown_on("dumb"), testing::Not(testing::HasSubstr("\x1b"))); }

TEST(Progress, DurationsAreFinerWhereTheyAreShort) {
  EXPECT_EQ(format_duration(seconds(0)), "0 s");
  EXPECT_EQ(format_duration(seconds(59)), "59 s");
  EXPECT_EQ(format_duration(seconds(65)), "1 min 05 s");
  EXPECT_EQ(format_duration(minutes(59) + seconds(59)), "59 min 59 s");
  EXPECT_EQ(format_duration(hours(2) + minutes(5) + seconds(30)), "2 h 05 min");
  EXPECT_EQ(format_duration(hours(76)), "3 d 4 h");
}

}  // namespace
}  // namespace galen::trainer
