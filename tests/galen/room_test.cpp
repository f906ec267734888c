#include "galen/room.h"

#include "galen/error.h"
#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/statvfs.h>

#include <filesystem>
#include <limits>

namespace galen {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

constexpr std::int64_t kMiB = 1 << 20;

/// /proc and /sys of a machine with 1000 MiB available.
class Machine {
 public:
  Machine() { put("proc/meminfo", "MemTotal: 4096000 kB\nMemAvailable:    1024000 kB\nSwapTotal: 0 kB\n"); }
  void put(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories((folder_ / name).parent_path());
    folder_.write(name, text);
  }
  void limit(const std::string& group, std::int64_t most, std::int64_t used, std::int64_t files) const {
    put("sys/fs/cgroup" + group + "/memory.max", std::to_string(most * kMiB) + "\n");
    put("sys/fs/cgroup" + group + "/memory.current", std::to_string(used * kMiB) + "\n");
    put("sys/fs/cgroup" + group + "/memory.stat", "anon 1\ninactive_file " + std::to_string(files * kMiB) + "\nactive_file 0\nfile 7\n");
  }
  std::int64_t total() const { return total_memory(folder_.path().string()) / kMiB; }
  std::int64_t available() const { return available_memory(folder_.path().string()) / kMiB; }

 private:
  test::TemporaryFolder folder_;
};

TEST(Room, IsWhatTheKernelHas) { EXPECT_EQ(Machine().available(), 1000); }

TEST(Room, IsUnlimitedWhereNothingIsKnown) {
  const test::TemporaryFolder nothing;
  EXPECT_EQ(available_memory(nothing.path().string()), std::numeric_limits<std::int64_t>::max());
}

TEST(Room, IsWhatAContainerHasLeftWithoutItsPagesOfFiles) {
  const Machine machine;
  machine.limit("", 500, 400, 0);
  EXPECT_EQ(machine.available(), 100);
  machine.limit("", 500, 400, 350);  // which make room when it is needed
  EXPECT_EQ(machine.available(), 450);
  machine.put("sys/fs/cgroup/memory.max", "max\n");
  EXPECT_EQ(machine.available(), 1000);
}

TEST(Room, OfAContainerIsNoMoreThanItsLimit) {
  const Machine machine;
  EXPECT_EQ(machine.total(), 4000);
  machine.limit("", 500, 400, 0);
  EXPECT_EQ(machine.total(), 500);
}

TEST(Room, IsTheLeastOfAllGroupsAbove) {
  const Machine machine;
  machine.put("proc/self/cgroup", "0::/job_7/step_0\n");
  machine.limit("/job_7/step_0", 900, 0, 0);
  machine.limit("/job_7", 300, 100, 0);
  EXPECT_EQ(machine.available(), 200);
}

TEST(Room, KnowsGroupsOfTheFirstVersion) {
  const Machine machine;
  machine.put("proc/self/cgroup", "12:cpu,cpuacct:/\n7:memory:/slurm/job_7\n1:name=systemd:/x\n");
  machine.put("sys/fs/cgroup/memory/slurm/job_7/memory.limit_in_bytes", std::to_string(600 * kMiB));
  machine.put("sys/fs/cgroup/memory/slurm/job_7/memory.usage_in_bytes", std::to_string(500 * kMiB));
  machine.put("sys/fs/cgroup/memory/slurm/job_7/memory.stat", "total_inactive_file " + std::to_string(50 * kMiB) + "\n");
  machine.put("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
  EXPECT_EQ(machine.available(), 150);
}

TEST(Room, RefusesWithTheNumbers) {
  expect_memory(1, "one byte", "");
  EXPECT_THAT([] { expect_memory(std::int64_t{1} << 60, "x.h5: a sample", "Use smaller ones."); },
              ThrowsMessage<Error>(AllOf(HasSubstr("x.h5: a sample: 1.0 EiB of memory are needed, but "), HasSubstr("Use smaller ones."))));
  const test::TemporaryFolder folder;
  expect_disk_space(folder / "x.h5", 1, "a byte");
  EXPECT_THAT([&] { expect_disk_space(folder / "x.h5", std::int64_t{1} << 60, "its samples"); },
              ThrowsMessage<Error>(AllOf(HasSubstr("1.0 EiB are needed on the disk for its samples"), HasSubstr(" left"))));
}

TEST(Space, IsWhatStatvfsSays) {
  const test::TemporaryFolder folder;
  struct statvfs status = {};
  ASSERT_EQ(::statvfs(folder.path().c_str(), &status), 0);
  const std::optional<Space> space = space_in(folder.path());
  ASSERT_TRUE(space.has_value());
  EXPECT_EQ(space->total, static_cast<std::int64_t>(status.f_blocks * status.f_frsize));
  EXPECT_GE(space->total, space->free);
  EXPECT_GT(space->free, 0);
  EXPECT_FALSE(space_in(folder / "absent").has_value());
}

TEST(Room, ProductsDoNotOverflow) {
  EXPECT_EQ(saturating_product(3, 4), 12);
  EXPECT_EQ(saturating_product(std::int64_t{1} << 40, std::int64_t{1} << 40), std::numeric_limits<std::int64_t>::max());
}

}  // namespace
}  // namespace galen
