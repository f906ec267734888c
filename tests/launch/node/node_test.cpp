#include "galen/room.h"
#include "launch/node/clock_skew.h"
#include "launch/node/first_look.h"
#include "launch/node/free_space.h"
#include "launch/node/leftovers.h"
#include "launch/node/ranks_agree.h"

#include "galen/error.h"
#include "galen/host.h"
#include "tests/support/run_program.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/thread_communicator.h"

#include <gmock/gmock.h>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>

namespace galen::launch {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

std::string segment(const std::string& job) {
  const std::string host = host_name();
  return fmt::format("vader_segment.{}.{}.{}", host.substr(0, host.find('.')), geteuid(), job);
}

std::string message_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(Leftovers, AreSegmentsOfThisHostThatNoProcessHasMapped) {
  const test::TemporaryFolder folder;
  const auto dead = folder.write(segment("7.0"), std::string(5000, 'x')), second = folder.write(segment("7.1"), "x");
  const auto live = folder.write(segment("8.0"), std::string(5000, 'x'));
  folder.write("vader_segment.another-host.0.7.0", "x");
  folder.write("notes.txt", "x");
  const int file = open(live.c_str(), O_RDWR);
  void* const mapped = mmap(nullptr, 5000, PROT_READ, MAP_SHARED, file, 0);
  close(file);
  ASSERT_NE(mapped, MAP_FAILED);

  EXPECT_THAT(find_leftovers(folder.path()).files, IsEmpty()) << "a job may be starting";
  const Leftovers found = find_leftovers(folder.path(), 0s);
  EXPECT_THAT(found.files, UnorderedElementsAre(dead, second));
  EXPECT_EQ(remove_leftovers(found), 2);
  EXPECT_FALSE(std::filesystem::exists(dead));
  munmap(mapped, 5000);
  EXPECT_THAT(find_leftovers(folder.path(), 0s).files, ElementsAre(live));
}

TEST(Leftovers, OfNoFolderAreNone) { EXPECT_TRUE(find_leftovers("/nowhere", 0s).empty()); }

TEST(ClockSkew, IsFoundBetweenItsBounds) {
  test::run_ranks(4, [](comm::Communicator& group) {
    const double ahead = group.rank() == 2 ? 7 : group.rank() == 3 ? -3600 : 0;
    const auto clock = [&] { return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count() + ahead; };
    const std::vector<ClockSkew> skews = measure_clock_skew(group, clock);
    ASSERT_EQ(skews.size(), 4u);
    const double expected[] = {0, 0, 7, -3600};
    for (int r = 0; r < 4; ++r) {
      EXPECT_LE(skews[r].least, expected[r] + 1e-6) << r;
      EXPECT_GE(skews[r].most, expected[r] - 1e-6) << r;
      EXPECT_LT(skews[r].most - skews[r].least, 60) << r;
    }
  });
}

TEST(RanksOfAJob, WithOtherCommandsAreRefusedByAll) {
  test::run_ranks(3, [](comm::Communicator& group) {
    check_same_command("train", {"a.cfg", "--run.seed", "1"}, group);
    const auto commands = [&] { check_same_command(group.rank() == 2 ? "evaluate" : "train", {"a.cfg"}, group); };
    EXPECT_THAT(message_of(commands),
                AllOf(HasSubstr("Rank 0: galen"), HasSubstr("train a.cfg. Rank 2: galen"), HasSubstr("evaluate a.cfg")));
    const auto arguments = [&] { check_same_command("train", {group.rank() == 1 ? "b.cfg" : "a.cfg"}, group); };
    EXPECT_THROW(arguments(), UsageError);
  });
}

TEST(RanksOfAJob, ReportEachNoteOnce) {
  test::run_ranks(3, [](comm::Communicator& group) {
    const std::vector<std::string> mine = group.rank() == 0   ? std::vector<std::string>{}
                                          : group.rank() == 1 ? std::vector<std::string>{"one", "two"}
                                                              : std::vector<std::string>{"two"};
    EXPECT_THAT(gather_notes(mine, group), ElementsAre(host_name() + ": one", host_name() + ": two"));
  });
}

// Of four ranks of this node, whose memory and session lie in a folder.
class FirstLook : public testing::Test {
 protected:
  Environment environment() const {
    return {{"OMPI_COMM_WORLD_RANK", "0"},          {"OMPI_COMM_WORLD_LOCAL_SIZE", "4"},
            {"OMPI_COMM_WORLD_LOCAL_RANK", "0"},    {"OMPI_MCA_btl_vader_backing_directory", folder_.path()},
            {"PMIX_SERVER_TMPDIR", folder_.path()}, {"PMIX_NAMESPACE", "1234"}};
  }

  test::TemporaryFolder folder_;
};

TEST_F(FirstLook, FindsNothingOnANodeWithRoom) { EXPECT_THAT(look_at_node(environment()), IsEmpty()); }

TEST_F(FirstLook, RefusesIfOpenMpiWouldCrashForLackOfSpace) {
  Environment many = environment();
  many["OMPI_COMM_WORLD_LOCAL_SIZE"] = "2000000000";
  EXPECT_THAT(message_of([&] { look_at_node(many); }),
              AllOf(HasSubstr(folder_.path()), HasSubstr("bus error"), HasSubstr("--mca btl ^vader")));
  many["OMPI_MCA_btl"] = "self,tcp";
  EXPECT_THAT(look_at_node(many), IsEmpty());
  many["OMPI_MCA_btl"] = "^vader,openib";
  EXPECT_THAT(look_at_node(many), IsEmpty());
  many["OMPI_MCA_btl"] = "^openib";
  EXPECT_THROW(look_at_node(many), Error);
}

TEST_F(FirstLook, ReportsScarceSpace) {
  Environment some = environment();
  some["OMPI_COMM_WORLD_LOCAL_SIZE"] = fmt::format("{}", space_in(folder_.path())->free / (1 << 20));
  EXPECT_THAT(look_at_node(some), ElementsAre(AllOf(HasSubstr(folder_.path()), HasSubstr("--shm-size"))));
}

TEST_F(FirstLook, RefusesTwoRanksOfOneProcessId) {
  EXPECT_THAT(look_at_node(environment()), IsEmpty());
  Environment second = environment();
  second["OMPI_COMM_WORLD_RANK"] = second["OMPI_COMM_WORLD_LOCAL_RANK"] = "1";
  EXPECT_THAT(message_of([&] { look_at_node(second); }),
              AllOf(HasSubstr("rank 1 on"), HasSubstr("process namespaces"), HasSubstr("^vader")));
  second["PMIX_NAMESPACE"] = "1235";
  EXPECT_THAT(look_at_node(second), IsEmpty()) << "another job";
}

TEST(RoomForMpirun, IsLookedForInTmpdir) {
  const char* before = std::getenv("TMPDIR");
  const std::string kept = before == nullptr ? "" : before;
  setenv("TMPDIR", "/nowhere", 1);
  EXPECT_THAT(message_of(check_room_for_mpirun), HasSubstr("/nowhere: the folder does not exist"));
  before == nullptr ? unsetenv("TMPDIR") : setenv("TMPDIR", kept.c_str(), 1);
  check_room_for_mpirun();
}

TEST(RoomForMpirun, IsLookedForOnOtherHostsByAShell) {
  const std::string command = command_to_look_for_room();
  EXPECT_EQ(test::run_program({"sh", "-c", command}).exit_code, 0);
  EXPECT_NE(test::run_program({"sh", "-c", command}, {.environment = {"TMPDIR=/nowhere"}}).exit_code, 0);
  EXPECT_NE(test::run_program({"sh", "-c", command}, {.environment = {"TMPDIR=/proc"}}).exit_code, 0) << "which has no room";
}

}  // namespace
}  // namespace galen::launch
