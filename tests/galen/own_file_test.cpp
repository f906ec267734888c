#include "galen/own_file.h"

#include "galen/error.h"
#include "tests/support/temporary_folder.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

namespace galen {
namespace {

TEST(OwnFile, IsNeverALinkOrAFifo) {
  const test::TemporaryFolder folder;
  const std::string file = folder.write("file", "text"), link = folder / "link", fifo = folder / "fifo";
  std::filesystem::create_symlink("file", link);
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  for (const int flags : {O_WRONLY | O_CREAT | O_TRUNC, O_RDWR | O_CREAT, O_WRONLY | O_APPEND}) {
    for (const std::string& name : {link, fifo}) {
      errno = 0;
      EXPECT_EQ(open_own(name, flags), -1) << name;
      EXPECT_EQ(errno, ELOOP) << name;
    }
  }
  EXPECT_EQ(test::read_file(file), "text");
  for (const std::string& name : {link, fifo, folder.path().string()}) EXPECT_THROW(expect_own_file(name), Error);
  expect_own_file(file);
  expect_own_file(folder / "new");
  const int descriptor = open_own(folder / "new", O_WRONLY | O_CREAT);
  EXPECT_GE(descriptor, 0);
  ::close(descriptor);
}

}  // namespace
}  // namespace galen
