#include "galen/atomic_file.h"

#include "galen/error.h"
#include "tests/support/temporary_folder.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <thread>
#include <vector>

namespace galen {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::ThrowsMessage;

void write(const std::string& name, const std::string& text, bool overwrite = true, Links links = Links::kFollow) {
  AtomicFile file(name, overwrite, links);
  file.write(text);
  file.publish();
}

class AtomicFiles : public testing::Test {
 protected:
  // Leaves what a writer leaves that is killed.
  static void die_writing(const std::string& name) {
    const pid_t child = ::fork();
    if (child == 0) {
      AtomicFile file(name, /*overwrite=*/true);
      std::_Exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
  }

  test::TemporaryFolder folder_;
  std::string name_ = folder_ / "out.json";
};

TEST_F(AtomicFiles, ShowNothingUntilTheyAreWhole) {
  {
    AtomicFile file(name_, /*overwrite=*/false);
    file.write("half");
    EXPECT_FALSE(fs::exists(name_));
  }
  EXPECT_EQ(test::count_temporaries(folder_.path()), 0U);
  write(name_, "one", /*overwrite=*/false);
  EXPECT_EQ(test::read_file(name_), "one");
  EXPECT_THROW(write(name_, "two", /*overwrite=*/false), UsageError);
  write(name_, "two");
  EXPECT_EQ(test::read_file(name_), "two");
  EXPECT_EQ(test::count_temporaries(folder_.path()), 0U);
}

TEST_F(AtomicFiles, TwoWritersDoNotShareATemporaryFile) {
  AtomicFile one(name_, /*overwrite=*/true), two(name_, /*overwrite=*/true);
  one.write("one");
  two.write("2");
  one.publish();
  EXPECT_EQ(test::read_file(name_), "one");
  two.publish();
  EXPECT_EQ(test::read_file(name_), "2");
}

TEST_F(AtomicFiles, AFileThatAppearsMeanwhileIsNotReplaced) {
  AtomicFile file(name_, /*overwrite=*/false);
  folder_.write("out.json", "precious");
  EXPECT_THROW(file.publish(), UsageError);
  EXPECT_EQ(test::read_file(name_), "precious");
}

TEST_F(AtomicFiles, ALinkIsFollowedAndStays) {
  fs::create_directory(folder_ / "data");
  folder_.write("data/v1", "old");
  fs::create_symlink("data/v1", folder_ / "latest");
  write(folder_ / "latest", "new");
  EXPECT_TRUE(fs::is_symlink(folder_ / "latest"));
  EXPECT_EQ(test::read_file(folder_ / "data/v1"), "new");

  fs::create_symlink("data/v2", folder_ / "next");  // to nothing yet
  write(folder_ / "next", "first", /*overwrite=*/false);
  EXPECT_EQ(test::read_file(folder_ / "data/v2"), "first");
  fs::create_symlink("knot", folder_ / "knot");
  EXPECT_THROW(write(folder_ / "knot", "x"), Error);
}

TEST_F(AtomicFiles, ALinkInARunsFolderIsRefused) {
  folder_.write("victim", "precious");
  fs::create_symlink("victim", name_);
  EXPECT_THAT([&] { write(name_, "x", true, Links::kRefuse); }, ThrowsMessage<Error>(HasSubstr("a link, a FIFO or a device")));
  EXPECT_EQ(test::read_file(folder_ / "victim"), "precious");
}

TEST_F(AtomicFiles, DevicesAndFifosAreNoFiles) {
  ASSERT_EQ(::mkfifo(name_.c_str(), 0600), 0);
  EXPECT_THAT([&] { AtomicFile(name_, true); }, ThrowsMessage<UsageError>(HasSubstr("a FIFO")));
  EXPECT_THROW(AtomicFile(name_, true, Links::kRefuse), Error);
  EXPECT_TRUE(fs::is_fifo(name_));
}

TEST_F(AtomicFiles, KeepTheRightsOfWhatTheyReplace) {
  folder_.write("out.json", "old");
  ::chmod(name_.c_str(), 0640);
  const bool is_root = ::geteuid() == 0;
  if (is_root) {
    ASSERT_EQ(::chown(name_.c_str(), 12, 34), 0);
  }
  write(name_, "new");
  struct stat status = {};
  ::stat(name_.c_str(), &status);
  EXPECT_EQ(status.st_mode & 07777U, 0640U);
  if (is_root) {
    EXPECT_EQ(status.st_uid, 12U);
    EXPECT_EQ(status.st_gid, 34U);
  }
}

TEST_F(AtomicFiles, WhatKilledWritersLeftIsRemovedByTheNext) {
  die_writing(name_);
  die_writing(folder_ / "other");
  const AtomicFile alive(name_, /*overwrite=*/true);
  EXPECT_EQ(test::count_temporaries(folder_.path()), 2U);  // the living one, and that of another file
  write(name_, "new");
  EXPECT_EQ(test::count_temporaries(folder_.path()), 2U);
  remove_abandoned(folder_.path());
  EXPECT_EQ(test::count_temporaries(folder_.path()), 1U);
  EXPECT_TRUE(fs::exists(alive.temporary_name()));
}

TEST_F(AtomicFiles, AreNotTakenForAbandonedWhileTheyAreMade) {
  std::atomic<bool> done = false;
  std::vector<std::thread> cleaners;
  for (int i = 0; i < 3; ++i) {
    cleaners.emplace_back([&] {
      while (!done) remove_abandoned(folder_.path().string());
    });
  }
  EXPECT_NO_THROW({
    for (int i = 0; i < 1000; ++i) {
      AtomicFile file((folder_ / "a").string(), /*overwrite=*/true, Links::kRefuse);
      file.write("whole");
      file.take_name();
    }
  });
  done = true;
  for (std::thread& cleaner : cleaners) cleaner.join();
}

TEST_F(AtomicFiles, ALeftOverLinkIsRemovedWhenItIsOld) {
  const std::string link = temporary_name(folder_ / "best");
  fs::create_symlink("checkpoints", link);
  remove_abandoned(folder_.path());
  EXPECT_TRUE(fs::is_symlink(link));
  const timespec old[2] = {{1000, 0}, {1000, 0}};
  ASSERT_EQ(::utimensat(AT_FDCWD, link.c_str(), old, AT_SYMLINK_NOFOLLOW), 0);
  remove_abandoned(folder_.path());
  EXPECT_FALSE(fs::is_symlink(link));
}

TEST_F(AtomicFiles, APlacedLinkAtTheOldTemporaryNameIsNotFollowed) {
  folder_.write("victim", "precious");
  fs::create_symlink("victim", name_ + ".tmp");
  write(name_, "new");
  EXPECT_EQ(test::read_file(folder_ / "victim"), "precious");
}

}  // namespace
}  // namespace galen
