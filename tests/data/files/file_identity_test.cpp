#include "data/files/file_identity.h"

#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>

#include <chrono>
#include <filesystem>
#include <fstream>

namespace galen::data {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;

class FileIdentityTest : public testing::Test {
 protected:
  FileIdentityTest() { fs::last_write_time(file_, fs::last_write_time(file_) - std::chrono::hours(1)); }
  std::string change() const { return difference(before_, *identify(file_)); }
  void remember() { before_ = *identify(file_); }

  test::TemporaryFolder folder_;
  std::string file_ = folder_.write("data.h5", "0123456789");
  FileIdentity before_;
};

TEST_F(FileIdentityTest, StaysWhileAFileIsRead) {
  remember();
  EXPECT_EQ(before_.bytes, 10u);
  EXPECT_EQ(test::read_file(file_), "0123456789");
  EXPECT_EQ(change(), "");
}

TEST_F(FileIdentityTest, TellsAWriteInPlaceFromAnotherSizeAndAnotherFile) {
  remember();
  std::fstream(file_, std::ios::in | std::ios::out) << "x";
  EXPECT_THAT(change(), AllOf(HasSubstr("was written to at 20"), HasSubstr("UTC"), testing::Not(HasSubstr("bytes"))));
  std::ofstream(file_, std::ios::app) << "more";
  EXPECT_THAT(change(), HasSubstr("has 14 bytes, after 10"));
  remember();
  folder_.write("other", "0123456789more");
  fs::last_write_time(folder_ / "other", fs::last_write_time(file_));
  fs::rename(folder_ / "other", file_);
  EXPECT_THAT(change(), HasSubstr("was replaced"));
}

TEST_F(FileIdentityTest, IsNoneWhereThereIsNoFile) {
  fs::remove(file_);
  EXPECT_FALSE(identify(file_));
}

}  // namespace
}  // namespace galen::data
