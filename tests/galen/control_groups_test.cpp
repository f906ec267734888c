#include "galen/control_groups.h"

#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace galen {
namespace {

// Memory is tested with galen/room.h.
class ProcessorLimit : public testing::Test {
 protected:
  void put(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories((folder_ / name).parent_path());
    folder_.write(name, text);
  }
  std::optional<double> limit() const { return processor_limit(folder_.path().string()); }

 private:
  test::TemporaryFolder folder_;
};

TEST_F(ProcessorLimit, IsNoneWhereNoGroupHasOne) {
  EXPECT_FALSE(limit().has_value());
  put("sys/fs/cgroup/cpu.max", "max 100000\n");
  EXPECT_FALSE(limit().has_value());
}

TEST_F(ProcessorLimit, IsAQuotaOfAPeriod) {
  put("sys/fs/cgroup/cpu.max", "150000 100000\n");
  EXPECT_EQ(limit(), 1.5);
}

TEST_F(ProcessorLimit, IsTheLeastOfAllGroupsAbove) {
  put("proc/self/cgroup", "0::/job_7/step_0\n");
  put("sys/fs/cgroup/job_7/step_0/cpu.max", "max 100000\n");
  put("sys/fs/cgroup/job_7/cpu.max", "400000 100000\n");
  EXPECT_EQ(limit(), 4);
  put("sys/fs/cgroup/cpu.max", "200000 50000\n");
  EXPECT_EQ(limit(), 4);
  put("sys/fs/cgroup/job_7/step_0/cpu.max", "50000 100000\n");
  EXPECT_EQ(limit(), 0.5);
}

TEST_F(ProcessorLimit, IsFoundInGroupsOfTheFirstVersion) {
  put("proc/self/cgroup", "12:cpu,cpuacct:/slurm/job_7\n7:memory:/slurm/job_7\n");
  put("sys/fs/cgroup/cpu/slurm/job_7/cpu.cfs_quota_us", "300000\n");
  put("sys/fs/cgroup/cpu/slurm/job_7/cpu.cfs_period_us", "100000\n");
  put("sys/fs/cgroup/cpu/slurm/cpu.cfs_quota_us", "-1\n");
  put("sys/fs/cgroup/cpu/slurm/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(limit(), 3);
}

}  // namespace
}  // namespace galen
