#include "data/formats/source_files.h"

#include "data/import/import.h"
#include "galen/error.h"
#include "tests/data/formats/images/bitmaps.h"
#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <filesystem>

namespace galen::data {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// Permissions hold the superuser, too, as long as this exists: in this thread, and in those that it starts.
class WithoutOverride {
 public:
  WithoutOverride() {
    ::syscall(SYS_capget, &header_, before_);
    __user_cap_data_struct less[2] = {before_[0], before_[1]};
    less[0].effective &= ~(1u << CAP_DAC_OVERRIDE | 1u << CAP_DAC_READ_SEARCH);
    ::syscall(SYS_capset, &header_, less);
  }
  ~WithoutOverride() { ::syscall(SYS_capset, &header_, before_); }
  WithoutOverride(const WithoutOverride&) = delete;
  WithoutOverride& operator=(const WithoutOverride&) = delete;

 private:
  __user_cap_header_struct header_ = {_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct before_[2] = {};
};

class SourceFiles : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* file : {"source/b/2", "source/b/10", "source/a/deep/1", "source/.hidden/3", "source/.4", "elsewhere/5"}) {
      fs::create_directories(fs::path(folder_ / file).parent_path());
      folder_.write(file, "x");
    }
  }

  std::vector<std::string> names(const std::string& target = "") const {
    std::vector<std::string> below;
    for (const std::string& file : source_files(source_, target)) below.push_back(path_below(source_, file));
    return below;
  }
  void link(const std::string& to, const std::string& name) const { fs::create_symlink(to, source_ + "/" + name); }

  test::TemporaryFolder folder_;
  std::string source_ = folder_ / "source";
};

TEST_F(SourceFiles, AreSortedAndNotHidden) {
  EXPECT_THAT(names(), ElementsAre("a/deep/1", "b/10", "b/2"));
  EXPECT_THAT(source_files(source_ + "/b/2"), ElementsAre(source_ + "/b/2"));
}

TEST_F(SourceFiles, LinksAreFollowedOnceAndNeverBackUp) {
  link("..", "a/up");
  link("../..", "a/further_up");
  link(".", "self");
  link("b", "again");
  link("../elsewhere", "other");
  link("../elsewhere", "other_again");
  link("../elsewhere/5", "file");
  EXPECT_THAT(names(), ElementsAre("a/deep/1", "b/10", "b/2", "file", "other/5"));
  const SourceTree tree = walk_source(source_);
  EXPECT_THAT(tree.unreadable, IsEmpty());
  EXPECT_THAT(tree.notes, ElementsAre(HasSubstr("/a/further_up: links to"), HasSubstr("/a/up: "), HasSubstr("/again: "),
                                      HasSubstr("/other_again: "), HasSubstr("/self: ")));
}

TEST_F(SourceFiles, WhatCannotBeLookedIntoIsNamed) {
  link("knot", "knot");
  link("nowhere", "broken");
  EXPECT_THAT(names(), ElementsAre("a/deep/1", "b/10", "b/2"));
  EXPECT_THAT(walk_source(source_).unreadable,
              ElementsAre(HasSubstr("/broken: cannot be followed"), HasSubstr("/knot: cannot be followed")));
}

TEST_F(SourceFiles, FoldersThatMayNotBeReadAreNamed) {
  const WithoutOverride permissions_hold;
  fs::permissions(source_ + "/b", fs::perms::none);
  EXPECT_THAT(names(), ElementsAre("a/deep/1"));
  EXPECT_THAT(walk_source(source_).unreadable, ElementsAre(HasSubstr("/b: the folder cannot be read")));
  fs::permissions(source_ + "/b", fs::perms::owner_all);
  fs::permissions(source_, fs::perms::none);
  EXPECT_THROW(walk_source(source_), Error);
  fs::permissions(source_, fs::perms::owner_all);
}

TEST_F(SourceFiles, ADataSetInTheMakingIsNone) {
  for (const char* file :
       {"source/b/out.h5", "source/b/out.h5.lock", "source/b/out.h5.tmp-0a0a0a0a-00000000", "source/b/out.h5.parts/000000"}) {
    fs::create_directories(fs::path(folder_ / file).parent_path());
    folder_.write(file, "x");
  }
  EXPECT_THAT(names(source_ + "/a/../b/out.h5"), ElementsAre("a/deep/1", "b/10", "b/2"));
  EXPECT_EQ(names(source_ + "/out.h5").size(), 7);
}

TEST_F(SourceFiles, AFolderWithALoopIsImported) {
  const std::string images = test::write_bitmaps(folder_, "images", 8, 4);
  fs::create_directory_symlink("..", images + "/ill/up");
  fs::create_symlink("nowhere", images + "/ill/lost.bmp");
  ImportOptions options;
  options.source = images;
  options.file = folder_ / "x.h5";
  const ImportReport report = import_source(options);
  EXPECT_EQ(report.samples, 8);
  EXPECT_THAT(report.warnings, testing::Contains(HasSubstr("/ill/up: links to")));
  EXPECT_THAT(report.skipped, ElementsAre(HasSubstr("/ill/lost.bmp: cannot be followed")));
  options.overwrite = options.strict = true;
  EXPECT_THROW(import_source(options), Error);
}

}  // namespace
}  // namespace galen::data
