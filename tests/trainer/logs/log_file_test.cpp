#include "trainer/logs/log_file.h"

#include "galen/error.h"
#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>

#include <sys/resource.h>
#include <csignal>
#include <filesystem>

namespace galen::trainer {
namespace {

// Limits the size of files while it exists: a disk that is full, and then is not.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) {
    std::signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit = {bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FullDisk() { setrlimit(RLIMIT_FSIZE, &before_); }

 private:
  rlimit before_ = {};
};

TEST(LogFile, IsWrittenWhenFlushedOrWhenItEnds) {
  const test::TemporaryFolder folder;
  const std::string file = folder / "log";
  {
    LogFile log(file, LogFile::Begin::kAfresh);
    log.append("one ");
    log.append("two ");
    EXPECT_EQ(test::read_file(file), "");
    log.flush();
    EXPECT_EQ(test::read_file(file), "one two ");
    log.append("three ");
    log.sync();
    EXPECT_EQ(test::read_file(file), "one two three ");
    log.append("four");
  }
  EXPECT_EQ(test::read_file(file), "one two three four");
  LogFile(file, LogFile::Begin::kAtTheEnd).append(" five");
  EXPECT_EQ(test::read_file(file), "one two three four five");
  LogFile(file, LogFile::Begin::kAfresh).append("six");
  EXPECT_EQ(test::read_file(file), "six");
}

TEST(LogFile, ContinuesInANewFileIfItsNameIsRemoved) {
  const test::TemporaryFolder folder;
  const std::string file = folder / "log";
  LogFile log(file, LogFile::Begin::kAfresh, "head ");
  log.append("one ");
  log.flush();
  std::filesystem::rename(file, folder / "log.1");
  log.append("two ");
  log.flush();
  EXPECT_EQ(test::read_file(folder / "log.1"), "head one ");
  EXPECT_EQ(test::read_file(file), "head two ");
  std::filesystem::remove(file);
  log.sync();
  EXPECT_EQ(test::read_file(file), "head ");
}

TEST(LogFile, IsNoLink) {
  const test::TemporaryFolder folder;
  folder.write("victim", "precious");
  std::filesystem::create_symlink("victim", folder / "log");
  EXPECT_THAT([&] { LogFile(folder / "log", LogFile::Begin::kAfresh); },
              testing::ThrowsMessage<Error>(testing::HasSubstr("a link, a FIFO or a device has its name")));
  EXPECT_EQ(test::read_file(folder / "victim"), "precious");
}

TEST(LogFile, ContinuesAtTheByteWhereAFullDiskStoppedIt) {
  const test::TemporaryFolder folder;
  const std::string file = folder / "log";
  LogFile log(file, LogFile::Begin::kAfresh);
  {
    const FullDisk disk(10);
    log.append("1234567\n");
    log.flush();
    log.append("abcdefg\n");
    EXPECT_THROW(log.flush(), Error);
    EXPECT_EQ(test::read_file(file).size(), 10u) << "half a line";
    log.append("ABCDEFG\n");
    EXPECT_THROW(log.sync(), Error);
  }
  log.flush();
  EXPECT_EQ(test::read_file(file), "1234567\nabcdefg\nABCDEFG\n");
}

}  // namespace
}  // namespace galen::trainer
