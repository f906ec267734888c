#include "galen/key_file.h"

#include "galen/error.h"
#include "galen/missing_file.h"
#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

namespace galen {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

class KeyFileTest : public testing::Test {
 protected:
  std::string file(std::size_t size, mode_t mode = 0600) const {
    const std::string name = folder_.write("key", std::string(size, 'k'));
    ::chmod(name.c_str(), mode);
    return name;
  }

  const test::TemporaryFolder folder_;
  const KeyFile exact_ = {"a key of tests", "read the tests", "galen makes one.", 32, 32};
  const KeyFile any_ = {"a key of tests", "read the tests", kMakeKeyFile, 32};
};

TEST_F(KeyFileTest, GivesItsBytes) {
  EXPECT_EQ(read_key_file(file(32), exact_), std::string(32, 'k'));
  EXPECT_EQ(read_key_file(file(100, 0440), any_), std::string(100, 'k'));
  EXPECT_EQ(read_key_file(file(1 << 20), any_).size(), 1U << 20);
}

TEST_F(KeyFileTest, OfAnotherSizeIsRefused) {
  for (const std::size_t size : {0, 31, 33}) {
    const std::string holds = "holds " + std::to_string(size) + " bytes, but a key of tests has 32 bytes. galen makes one.";
    EXPECT_THAT([&] { read_key_file(file(size), exact_); }, ThrowsMessage<Error>(HasSubstr(holds)));
  }
  EXPECT_THAT([&] { read_key_file(file(31), any_); }, ThrowsMessage<Error>(AllOf(HasSubstr("at least 32"), HasSubstr("/dev/urandom"))));
  EXPECT_THAT([&] { read_key_file(file((1 << 20) + 1), any_); }, ThrowsMessage<Error>(HasSubstr("at most 1048576")));
}

TEST_F(KeyFileTest, OpenToEverybodyIsRefused) {
  for (const mode_t mode : {0604, 0602, 0601}) {
    EXPECT_THAT([&] { read_key_file(file(32, mode), exact_); },
                ThrowsMessage<Error>(AllOf(HasSubstr("can read the tests with this key"), HasSubstr("chmod 600"))));
  }
}

TEST_F(KeyFileTest, ThatIsNoFileIsMissing) {
  EXPECT_THAT([&] { read_key_file(folder_ / "absent", exact_); },
              ThrowsMessage<MissingFile>(HasSubstr("absent: this key file does not exist")));
  EXPECT_THROW(read_key_file(folder_.path(), exact_), MissingFile);
  ASSERT_EQ(::mkfifo((folder_ / "fifo").c_str(), 0600), 0);
  EXPECT_THAT([&] { read_key_file(folder_ / "fifo", exact_); }, ThrowsMessage<Error>(HasSubstr("a FIFO")));
}

}  // namespace
}  // namespace galen
