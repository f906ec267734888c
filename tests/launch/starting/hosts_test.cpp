#include "launch/starting/hosts.h"

#include "galen/error.h"
#include "galen/host.h"
#include "launch/starting/slurm_allocation.h"
#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>

namespace galen::launch {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Hosts, AreNamesWithOrWithoutRoom) {
  EXPECT_THAT(parse_hosts("a:4, b"), ElementsAre(Host{"a", 4}, Host{"b", 0}));
  EXPECT_THAT(parse_hosts("10.0.0.7:2,fe80::1,[fe80::2]:3"), ElementsAre(Host{"10.0.0.7", 2}, Host{"fe80::1", 0}, Host{"[fe80::2]", 3}));
}

TEST(Hosts, NamedTwiceHaveRoomForBoth) { EXPECT_THAT(parse_hosts("a,b,a"), ElementsAre(Host{"a", 2}, Host{"b", 0})); }

TEST(Hosts, WithoutNameOrWithAnOddNumberAreRefused) {
  for (const char* text : {"a:x", "a:0", ":4", "a:"}) EXPECT_THROW(parse_hosts(text), UsageError) << text;
}

TEST(Hosts, ComeFromAFileAsOpenMpiHasIt) {
  const test::TemporaryFolder folder;
  const auto file = folder.write("hosts", "# ours\nn1 slots=4 max_slots=8\n\nn2:2   # old\nn3\n");
  EXPECT_THAT(read_hostfile(file), ElementsAre(Host{"n1", 4}, Host{"n2", 2}, Host{"n3", 0}));
  EXPECT_THROW(read_hostfile(folder.write("none", "# nobody\n")), UsageError);
  EXPECT_THROW(read_hostfile((folder / "absent").string()), UsageError);
  try {
    read_hostfile(folder.write("odd", "n1 slots=4\nn2 cores=4\n"));
    FAIL() << "was not refused";
  } catch (const UsageError& error) {
    EXPECT_THAT(error.what(), HasSubstr("odd:2: cores=4"));
  }
}

TEST(Hosts, KnowThisMachine) {
  for (const std::string& name : {std::string("localhost"), std::string("127.0.0.1"), host_name()}) EXPECT_TRUE(is_this_host(name)) << name;
  EXPECT_FALSE(is_this_host("192.0.2.200"));
}

TEST(Slurm, ListsOfNodesAreExpanded) {
  EXPECT_THAT(expand_nodes("n7"), ElementsAre("n7"));
  EXPECT_THAT(expand_nodes("node[01-03,7],gpu1"), ElementsAre("node01", "node02", "node03", "node7", "gpu1"));
  EXPECT_THAT(expand_nodes("r[1-2]n[09-10]-ib"), ElementsAre("r1n09-ib", "r1n10-ib", "r2n09-ib", "r2n10-ib"));
  EXPECT_THROW(expand_nodes("node[1-"), Error);
}

TEST(Slurm, CountsAreExpanded) { EXPECT_THAT(expand_counts("4(x2),3"), ElementsAre(4, 4, 3)); }

TEST(Slurm, AllocationsComeFromItsVariables) {
  const auto allocation = slurm_allocation({{"SLURM_JOB_ID", "17"},
                                            {"SLURM_JOB_NODELIST", "n[1-3]"},
                                            {"SLURM_TASKS_PER_NODE", "4(x2),2"},
                                            {"SLURM_NTASKS", "10"},
                                            {"SLURM_CPUS_PER_TASK", "8"},
                                            {"SLURM_JOB_CPUS_PER_NODE", "32(x2),16"},
                                            {"SLURM_GPUS_ON_NODE", "4"}});
  ASSERT_TRUE(allocation);
  EXPECT_THAT(allocation->hosts, ElementsAre(Host{"n1", 4}, Host{"n2", 4}, Host{"n3", 2}));
  EXPECT_EQ(allocation->tasks, 10);
  EXPECT_EQ(allocation->cores_a_task, 8);
  EXPECT_EQ(allocation->cores_a_host, 16);
  EXPECT_EQ(allocation->gpus_a_host, 4);
  EXPECT_FALSE(slurm_allocation({{"PATH", "/bin"}}));
}

}  // namespace
}  // namespace galen::launch
