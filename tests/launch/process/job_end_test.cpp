#include "launch/process/job_end.h"

#include "galen/error.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

namespace galen::launch {
namespace {

using std::chrono::system_clock;

class JobEnd : public testing::Test {
 protected:
  ~JobEnd() override { unsetenv("SLURM_JOB_END_TIME"); }

  static void set(const std::string& value) { setenv("SLURM_JOB_END_TIME", value.c_str(), 1); }
};

TEST_F(JobEnd, IsTheTimeFromSlurm) {
  set("4102444800");  // date --date='2100-01-01T00:00:00Z' +%s
  ASSERT_TRUE(job_end());
  EXPECT_EQ(system_clock::to_time_t(*job_end()), 4102444800);
}

TEST_F(JobEnd, OutsideOfSlurmThereIsNone) {
  unsetenv("SLURM_JOB_END_TIME");
  EXPECT_FALSE(job_end());
  set("");
  EXPECT_FALSE(job_end());
}

TEST_F(JobEnd, AJobWithoutLimitHasNone) {
  set("4294967294");
  EXPECT_FALSE(job_end());
}

TEST_F(JobEnd, OfAnEarlierJobIsIgnored) {
  set("1700000000");
  EXPECT_FALSE(job_end());
}

TEST_F(JobEnd, OtherTextIsAMistake) {
  for (const char* text : {"tomorrow", "2030-01-01T00:00:00", "1700000000s", "-"}) {
    set(text);
    EXPECT_THROW(job_end(), UsageError) << text;
  }
}

}  // namespace
}  // namespace galen::launch
