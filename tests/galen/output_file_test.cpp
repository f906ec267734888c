#include "galen/output_file.h"

#include "galen/error.h"
#include "tests/support/temporary_folder.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <future>

namespace galen {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::ThrowsMessage;

class OutputFile : public testing::Test {
 protected:
  test::TemporaryFolder folder_;
  std::string fifo_ = folder_ / "fifo";
};

TEST_F(OutputFile, AFifoIsWrittenIntoAndStays) {
  ASSERT_EQ(::mkfifo(fifo_.c_str(), 0600), 0);
  expect_output(fifo_, /*overwrite=*/false);
  EXPECT_THAT([&] { write_output(fifo_, "x", true); }, ThrowsMessage<Error>(HasSubstr("no program reads")));
  const int reader = ::open(fifo_.c_str(), O_RDONLY | O_NONBLOCK);
  const std::string text(200'000, 'a');  // more than the pipe holds
  auto written = std::async(std::launch::async, [&] { write_output(fifo_, text, true); });
  std::string got;
  char piece[4096];
  while (got.size() < text.size()) {
    const ssize_t count = ::read(reader, piece, sizeof piece);
    if (count > 0) got.append(piece, static_cast<std::size_t>(count));
  }
  written.get();
  ::close(reader);
  EXPECT_EQ(got, text);
  EXPECT_TRUE(fs::is_fifo(fifo_));
}

// A terminal of the test's own: nothing can take its place.
TEST_F(OutputFile, ADeviceIsWrittenInto) {
  const int terminal = ::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  ASSERT_GE(terminal, 0);
  ASSERT_EQ(::grantpt(terminal) | ::unlockpt(terminal), 0);
  const std::string name = ::ptsname(terminal);
  const int other_end = ::open(name.c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC);  // what is written stays until it is read
  expect_output(name, /*overwrite=*/false);
  write_output(name, "text", false);
  char read[16] = "";
  EXPECT_EQ(::read(terminal, read, sizeof read), 4);
  EXPECT_STREQ(read, "text");
  EXPECT_TRUE(fs::is_character_file(name));
  ::close(other_end);
  ::close(terminal);
}

// As in `galen evaluate --json /dev/stdout > report.txt`: a file under a new name would leave what is printed in the old one.
TEST_F(OutputFile, WhatStandardOutputLeadsToIsWrittenInto) {
  const std::string report = folder_ / "report.txt";
  std::fflush(stdout);
  const int before = ::dup(STDOUT_FILENO);
  const int file = ::open(report.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  ::dup2(file, STDOUT_FILENO);
  std::printf("first ");
  const bool streams = is_stream("/proc/self/fd/1") && is_stream(report);
  write_output("/proc/self/fd/1", "second ", true);
  std::printf("third");
  std::fflush(stdout);
  ::dup2(before, STDOUT_FILENO);
  ::close(before);
  ::close(file);
  EXPECT_TRUE(streams);
  EXPECT_EQ(test::read_file(report), "first second third");
}

TEST_F(OutputFile, OthersAreWholeFiles) {
  const std::string name = folder_ / "out.json";
  expect_output(name, false);
  write_output(name, "text", false);
  EXPECT_EQ(test::read_file(name), "text");
  EXPECT_THROW(expect_output(name, false), UsageError);
  EXPECT_THROW(expect_output(folder_.path(), true), UsageError);
  EXPECT_THROW(expect_output(folder_ / "nowhere/out.json", true), UsageError);
}

}  // namespace
}  // namespace galen
