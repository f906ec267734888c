// Disks that are full, read-only or missing: an error, no file that only looks whole, and the next try succeeds.

#include "tests/trainer/checkpoint/small_checkpoint.h"

#include <ATen/ops/zeros.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>

namespace galen::trainer {
namespace {

namespace fs = std::filesystem;
using test::at_step;
using test::message_of;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

// A separate file system on a folder; unmounted at the end.
class Mount {
 public:
  Mount(const fs::path& folder, const char* type, const char* source, unsigned long flags, const char* options) : folder_(folder) {
    fs::create_directories(folder);
    mounted_ = ::mount(source, folder.c_str(), type, flags, options) == 0;
  }
  ~Mount() {
    if (mounted_) ::umount2(folder_.c_str(), MNT_DETACH);
  }
  Mount(const Mount&) = delete;
  Mount& operator=(const Mount&) = delete;
  explicit operator bool() const { return mounted_; }

 private:
  fs::path folder_;
  bool mounted_;
};

Snapshot mebibytes(int count) { return test::snapshot_of({{"w", at::zeros({count, 1 << 18})}}, {}); }

TEST(FailingDisk, FullIsReportedAndLeavesNothingThatLooksWhole) {
  const test::TemporaryFolder folder;
  const Mount disk(folder / "disk", "tmpfs", "tmpfs", 0, "size=4m");
  if (!disk) GTEST_SKIP() << "mounting a small tmpfs is not allowed here";
  const CheckpointStore store(folder / "disk" / "run");
  test::save(store, 1);

  EXPECT_THAT(message_of([&] { store.save(mebibytes(8), at_step(2)); }),
              AllOf(HasSubstr("step-00000002/weights.safetensors"), HasSubstr("No space left on device"), HasSubstr("Free some space")));
  EXPECT_THAT(store.newest_first(), ElementsAre(store.folder_of(1)));
  EXPECT_TRUE(test::holds(Checkpoint(store.last()), 1));
  EXPECT_TRUE(test::files_in(store.folder_of(2)).empty());

  store.save(mebibytes(2), at_step(2));  // some space was freed
  Checkpoint(store.last()).check();
  EXPECT_THAT(store.newest_first(), ElementsAre(store.folder_of(2), store.folder_of(1)));
}

// Even where mounting is not allowed: files of this process cannot grow beyond a limit.
TEST(FailingDisk, WithAFileSizeLimitIsReported) {
  const test::TemporaryFolder folder;
  const CheckpointStore store(folder.path());
  rlimit before = {};
  ::getrlimit(RLIMIT_FSIZE, &before);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small = {1 << 20, before.rlim_max};
  ::setrlimit(RLIMIT_FSIZE, &small);
  const std::string message = message_of([&] { store.save(mebibytes(2), at_step(1)); });
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  EXPECT_THAT(message, AllOf(HasSubstr("weights.safetensors: cannot be written"), HasSubstr("File too large")));
  EXPECT_TRUE(test::files_in(store.folder_of(1)).empty());
}

TEST(FailingDisk, ReadOnlyIsReported) {
  const test::TemporaryFolder folder;
  const fs::path run = folder / "run";
  const CheckpointStore store(run);
  test::save(store, 1);
  const Mount bound(run, nullptr, run.c_str(), MS_BIND, nullptr);
  if (!bound || ::mount(nullptr, run.c_str(), nullptr, MS_BIND | MS_REMOUNT | MS_RDONLY, nullptr) != 0) {
    GTEST_SKIP() << "a read-only bind mount is not allowed here";
  }
  EXPECT_THAT(message_of([&] { test::save(store, 2); }), AllOf(HasSubstr(run.string()), HasSubstr("Read-only file system")));
  EXPECT_THAT(message_of([&] { store.rate(1, 0.5, true); }), AllOf(HasSubstr("rating.json"), HasSubstr("Read-only file system")));
  EXPECT_THAT(message_of([&] { store.link_best(1); }), HasSubstr("Read-only file system"));
  EXPECT_TRUE(test::holds(Checkpoint(store.last()), 1));
}

TEST(FailingDisk, WhoseFolderWasDeletedGetsANewOne) {
  const test::TemporaryFolder folder;
  const CheckpointStore store(folder / "run");
  test::save(store, 1);
  fs::remove_all(folder / "run");
  EXPECT_TRUE(store.newest_first().empty());
  EXPECT_TRUE(store.prune().empty());
  EXPECT_THAT(message_of([&] { store.rate(1, 0.5, true); }), HasSubstr("removed or renamed"));
  test::save(store, 2);
  EXPECT_TRUE(test::holds(Checkpoint(store.last()), 2));

  Manifest manifest = at_step(3);
  manifest.digests = store.write_part(3, test::some_tensors(3), 0, 1);
  fs::remove_all(store.folder_of(3));
  EXPECT_THROW(store.publish(manifest), Error);
  test::save(store, 3);
  EXPECT_TRUE(test::holds(Checkpoint(store.last()), 3));
}

TEST(FailingDisk, AFileInTheWayIsNamed) {
  const test::TemporaryFolder folder;
  folder.write("file", "in the way");
  const CheckpointStore store(folder / "file");
  EXPECT_THAT(message_of([&] { test::save(store, 1); }), HasSubstr((folder / "file").string()));
}

// A step that was saved before, and is saved again.
TEST(FailingDisk, WhileAStepIsSavedAgainLosesNothing) {
  const test::TemporaryFolder folder;
  const CheckpointStore store(folder.path());
  test::save(store, 1);
  store.write_part(1, test::some_tensors(1), 0, 1);
  EXPECT_TRUE(test::holds(Checkpoint(store.last()), 1));
  store.write_part(1, test::some_tensors(2), 0, 1);
  EXPECT_TRUE(store.newest_first().empty()) << "other bits are no checkpoint until they are published";

  const CheckpointStore secret(folder / "secret", {.key_file = test::new_key(folder)});
  test::save(secret, 1);
  for (int again : {1, 2, 3}) {
    const FileDigests digests = secret.write_part(1, test::some_tensors(1), 0, 1);
    EXPECT_TRUE(test::holds(Checkpoint(secret.last(), secret.key()), 1)) << again;
    Manifest manifest = at_step(1);
    manifest.digests = digests;
    secret.publish(manifest);
    EXPECT_TRUE(test::holds(Checkpoint(secret.last(), secret.key()), 1)) << again;
    EXPECT_EQ(test::files_in(secret.folder_of(1)).size(), 3U) << again;
  }
}

TEST(FailingDisk, AStepSavedAgainWithAnotherKeyIsWhole) {
  const test::TemporaryFolder folder;
  for (const std::string& key_file : {std::string(), test::new_key(folder, "a"), test::new_key(folder, "b"), std::string()}) {
    const CheckpointStore store(folder / "run", {.key_file = key_file});
    test::save(store, 1);
    const Checkpoint checkpoint(store.last(), store.key());
    checkpoint.check();
    EXPECT_TRUE(test::holds(checkpoint, 1));
    EXPECT_EQ(test::files_in(store.folder_of(1)).size(), 3U);
    store.rate(1, 0.5, true);
  }
}

}  // namespace
}  // namespace galen::trainer
