#include "trainer/logs/run_status.h"
#include "trainer/logs/run_watch.h"

#include "galen/error.h"
#include "tests/support/temporary_folder.h"
#include "trainer/logs/event_log.h"
#include "trainer/logs/heartbeat.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <filesystem>
#include <thread>

namespace galen::trainer {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

const Instant kThen = *parse_time_stamp("2026-01-31T12:00:00.000Z");

template <typename Condition>
bool wait_for(Condition condition) {
  for (int i = 0; i < 600 && !condition(); ++i) std::this_thread::sleep_for(100ms);
  return condition();
}

class RunStatusTest : public testing::Test {
 protected:
  void write(const std::string& name, const std::string& text) {
    fs::create_directories((folder_ / name).parent_path());
    folder_.write(name + ".new", text);  // for those that read meanwhile
    fs::rename(folder_ / (name + ".new"), folder_ / name);
  }
  void write_status(const std::string& state, Instant time) {
    write("status.json", fmt::format(R"({{"time":"{}","interval":1.0,"state":"{}","started":"2026-01-31T11:00:00.000Z","ranks":3,)"
                                     R"("epoch":2,"epochs":5,"step":120,"total_steps":500,"loss":0.25,"samples_per_second":800.5,)"
                                     R"("seconds_left":60}})",
                                     time_stamp(time), state));
  }
  void write_rank(int rank, const std::string& state, Instant time, const std::string& words = "", const std::string& host = "node1") {
    std::string sign = fmt::format(R"({{"rank":{},"host":"{}","pid":77,"state":"{}","step":{},"phase":"wait","time":"{}","moved":"{}",)"
                                   R"("interval":1.0}})",
                                   rank, host, state, 120 - rank, time_stamp(time), time_stamp(time));
    sign.resize(RankRecord::kSignBytes - 1, ' ');
    write(fmt::format("ranks/{}.jsonl", rank), sign + "\n" + (words.empty() ? "" : fmt::format("{{\"words\":\"{}\"}}\n", words)));
  }
  void write_event(const std::string& event, Instant time, const std::string& more = "") {
    write("events.jsonl", test_text() + fmt::format("{{\"time\":\"{}\",\"event\":\"{}\"{}}}\n", time_stamp(time), event, more));
  }
  RunStatus status(Instant now = kThen) const { return read_run_status(folder_.path(), now); }

  test::TemporaryFolder folder_;

 private:
  std::string test_text() const { return fs::exists(folder_ / "events.jsonl") ? test::read_file(folder_ / "events.jsonl") : ""; }
};

TEST_F(RunStatusTest, OfARunInProgress) {
  write_status("training", kThen - 1s);
  for (int rank : {0, 1, 2}) write_rank(rank, "training", kThen - 2s, "", rank < 2 ? "node1" : "node2");
  write("metrics.jsonl",
        "{\"step\":100,\"epoch\":1,\"kind\":\"validation\",\"auc\":0.75}\n{\"step\":110,\"epoch\":1,\"kind\":\"train\",\"loss\":3}\n"
        "{\"step\":120,\"epo");
  write("checkpoints/step-00000100/manifest.json", "{}");
  write("checkpoints/step-00000100/weights.safetensors", std::string(1000, 'w'));
  write("checkpoints/step-00000110/weights.safetensors", "being written");
  const RunStatus found = status();
  EXPECT_EQ(found.state, "training");
  EXPECT_EQ(found.reason, "");
  EXPECT_TRUE(found.goes_on());
  EXPECT_EQ(found.step, 120);
  EXPECT_EQ(found.total_steps, 500);
  EXPECT_EQ(found.epoch, 2);
  EXPECT_EQ(found.loss, 0.25);
  EXPECT_EQ(found.samples_per_second, 800.5);
  EXPECT_EQ(found.expected_end, kThen + 59s);
  EXPECT_EQ(found.workers, 3);
  EXPECT_THAT(found.hosts, ElementsAre(std::pair("node1", 2), std::pair("node2", 1)));
  ASSERT_TRUE(found.validation);
  EXPECT_EQ(found.validation->step, 100);
  EXPECT_THAT(found.validation->metrics, ElementsAre(std::pair("auc", 0.75)));
  ASSERT_TRUE(found.checkpoint);
  EXPECT_EQ(found.checkpoint->step, 100);
  EXPECT_EQ(found.checkpoint->bytes, 1002);
}

TEST_F(RunStatusTest, OfOneWhoseRankWasKilledNamesIt) {
  write_status("training", kThen - 30s);
  write_rank(0, "training", kThen - 30s, "was asked to end: SIGTERM");
  write_rank(1, "training", kThen - 31s);
  write_rank(2, "training", kThen - 30s, "was asked to end: SIGTERM");
  const RunStatus found = status();
  EXPECT_EQ(found.state, "died");
  EXPECT_FALSE(found.goes_on());
  EXPECT_THAT(found.reason, AllOf(HasSubstr("rank 1 on node1, step 119 (wait): no heartbeat since 2026-01-31 11:59:29 UTC"),
                                  testing::Not(HasSubstr("rank 0")), testing::Not(HasSubstr("rank 2"))));
}

TEST_F(RunStatusTest, OfOneThatFailedOrCrashedHasTheReason) {
  write_status("training", kThen - 3s);
  write_rank(0, "training", kThen - 3s, "was asked to end: SIGTERM");
  write_rank(1, "failed", kThen - 4s, "the GPU is on fire");
  EXPECT_EQ(status().state, "failed");
  EXPECT_THAT(status().reason, AllOf(HasSubstr("rank 1 on node1"), HasSubstr("the GPU is on fire")));
  write_rank(1, "training", kThen - 4s, "crashed: SIGSEGV");
  EXPECT_EQ(status(kThen + 60s).state, "died");
  EXPECT_THAT(status(kThen + 60s).reason, AllOf(HasSubstr("rank 1 on node1"), HasSubstr("SIGSEGV"), testing::Not(HasSubstr("rank 0"))));
}

TEST_F(RunStatusTest, ARankThatHangsIsNamedWhileTheOthersLive) {
  write_status("training", kThen);
  write_rank(0, "training", kThen);
  write_rank(1, "training", kThen - 40s);
  EXPECT_EQ(status().state, "training");
  EXPECT_THAT(status().reason, HasSubstr("rank 1 on node1"));
  EXPECT_TRUE(status().ranks[1].silent);
  EXPECT_FALSE(status().ranks[0].silent);
}

TEST_F(RunStatusTest, OneThatHasEndedIsNotDeadHoweverLongAgo) {
  write_rank(0, "finished", kThen);
  for (const char* state : {"finished", "stopped"}) {
    write_status(state, kThen);
    EXPECT_EQ(status(kThen + 48h).state, state);
    EXPECT_EQ(status(kThen + 48h).reason, "");
  }
}

TEST_F(RunStatusTest, ASupervisorsWorkShows) {
  write_status("training", kThen - 30s);
  write_rank(0, "training", kThen - 30s);
  write_event("launched", kThen - 600s);
  EXPECT_EQ(status(kThen).state, "restarting") << "it will detect it";
  EXPECT_EQ(status(kThen + 60s).state, "died") << "it would have detected it";
  write_event("rank_lost", kThen);
  EXPECT_EQ(status(kThen + 60s).state, "restarting");
  write_event("gave_up", kThen + 1s);
  EXPECT_EQ(status(kThen + 60s).state, "died");
}

TEST_F(RunStatusTest, ShowsSinceWhenCheckpointsFail) {
  write_status("training", kThen);
  write("checkpoints/step-00000100/manifest.json", "{}");
  fs::last_write_time(folder_ / "checkpoints/step-00000100/manifest.json", std::chrono::file_clock::from_sys(kThen - 600s));
  write_event("checkpoint_failed", kThen - 900s, R"(,"reason":"an earlier time")");
  EXPECT_FALSE(status().no_checkpoint);
  write_event("checkpoint_failed", kThen - 300s, R"(,"reason":"disk full")");
  write_event("checkpoint_failed", kThen - 200s, R"(,"reason":"disk still full")");
  ASSERT_TRUE(status().no_checkpoint);
  EXPECT_EQ(status().no_checkpoint->since, kThen - 300s);
  EXPECT_EQ(status().no_checkpoint->reason, "disk still full");
}

TEST_F(RunStatusTest, ARankThatCoordinatesIsNoWorker) {
  write_status("training", kThen);
  for (int rank : {0, 1}) write_rank(rank, "training", kThen);
  write_rank(2, "coordinating", kThen);
  EXPECT_EQ(status().workers, 2);
}

TEST_F(RunStatusTest, ADeathIsRecordedBeforeTheNextStartOverwritesIt) {
  write_status("training", kThen);
  write_rank(0, "training", kThen);
  write_event("rank_lost", kThen);
  note_death(folder_.path());
  const RunStatus found = status();
  ASSERT_EQ(found.events.size(), 2);
  EXPECT_EQ(found.events[1].name, "died");
  ASSERT_EQ(found.events[1].fields.size(), 1);
  EXPECT_EQ(found.events[1].fields[0].first, "reason");
  EXPECT_THAT(found.events[1].fields[0].second, HasSubstr("rank 0 on node1"));
  write_status("finished", kThen);
  note_death(folder_.path());
  EXPECT_EQ(status().events.size(), 2) << "it has ended, and not died";
  note_death("/nowhere/at/all");
}

// Clocks of hosts differ: by what changes between two looks.
TEST_F(RunStatusTest, OfARunWhoseClockDiffersIsDecidedByItsHeartbeats) {
  for (const auto skew : {-100s, 100s}) {
    std::jthread run([&](const std::stop_token& stop) {
      for (; !stop.stop_requested(); std::this_thread::sleep_for(50ms)) {
        const Instant time = std::chrono::system_clock::now() + skew;
        write_status("training", time);
        write_rank(0, "training", time);
      }
    });
    ASSERT_TRUE(wait_for([&] { return fs::exists(folder_ / "ranks/0.jsonl"); }));
    RunWatch watch(folder_.path());
    EXPECT_FALSE(watch.look().decided);
    const RunWatch::Look found = watch.look_until_decided();
    EXPECT_EQ(found.status.state, "training");
    EXPECT_FALSE(found.status.silent);
    run.request_stop();
    run.join();
    EXPECT_NEAR(std::chrono::duration<double>(watch.ahead() + skew).count(), 0, 2);

    if (skew > 0s) continue;
    ASSERT_TRUE(wait_for([&] { return watch.look().status.state == "died"; }));
    RunWatch afterwards(folder_.path());
    EXPECT_FALSE(afterwards.look().decided);
    EXPECT_EQ(afterwards.look_until_decided().status.state, "died");
  }
}

TEST_F(RunStatusTest, OfAFolderWithoutARunIsAMistake) {
  EXPECT_THAT([&] { status(); }, testing::ThrowsMessage<UsageError>(HasSubstr("is not the folder of a run")));
  EXPECT_THAT([&] { read_run_status("/nowhere/at/all"); }, testing::ThrowsMessage<UsageError>(HasSubstr("the folder does not exist")));
}

TEST_F(RunStatusTest, DamagedFilesAreAsGoodAsNone) {
  for (const char* damage : {"", "{", "[1]\n", "null\n", "{\"rank\":\"three\",\"state\":7,\"time\":8,\"event\":9}\n"}) {
    write("status.json", damage);
    write("ranks/0.jsonl", damage);
    write("metrics.jsonl", damage);
    write("events.jsonl", damage);
    EXPECT_EQ(status().state, "unknown") << damage;
  }
}

TEST_F(RunStatusTest, ReadsTheFilesOfHeartbeats) {
  const std::string run = folder_ / "run";
  fs::create_directories(run + "/ranks");
  folder_.write("run/ranks/7.jsonl", "{}\n");  // of more workers, before
  {
    Heartbeat first(run, 0, 2);
    EXPECT_EQ(read_run_status(run).state, "starting");
    Heartbeat second(run, 1, 2);
    EXPECT_FALSE(fs::exists(run + "/ranks/7.jsonl"));
    TrainingState resumed;
    resumed.epoch = 1;
    resumed.step = 100;
    for (Heartbeat* beat : {&first, &second}) {
      beat->plan(5, 500);
      beat->begin(resumed);
      EXPECT_EQ(read_run_status(run).epoch, 2);
      EXPECT_EQ(read_run_status(run).step, 100);
      beat->enter(Phase::kBackward);
      beat->step(1, 110, 0.5, 64);
    }
    for (int i = 0; i < 600 && read_run_status(run).step < 110; ++i) std::this_thread::sleep_for(100ms);
    const RunStatus found = read_run_status(run);
    EXPECT_EQ(found.state, "training");
    EXPECT_EQ(found.epoch, 2);
    EXPECT_EQ(found.epochs, 5);
    EXPECT_EQ(found.step, 110);
    EXPECT_EQ(found.loss, 0.5);
    EXPECT_GT(found.samples_per_second.value_or(0), 0);
    EXPECT_GT(found.expected_end.value_or(Instant()), *found.seen);
    ASSERT_EQ(found.ranks.size(), 2);
    EXPECT_EQ(found.ranks[0].phase, "backward");
    first.evaluate();
    EXPECT_EQ(read_run_status(run).state, "evaluating");
    second.fail(std::make_exception_ptr(Error("the disk is full")));
    EXPECT_EQ(read_run_status(run).state, "failed");
    EXPECT_THAT(read_run_status(run).reason, HasSubstr("the disk is full"));
    second.end(Ending::kFinished);
    first.end(Ending::kPreempted);
  }
  EXPECT_EQ(read_run_status(run).state, "stopped");
  std::vector<std::string> events;
  for (const auto& event : read_run_status(run).events) events.push_back(event.name);
  EXPECT_THAT(events, ElementsAre("resumed", "failed", "stopped"));
}

TEST(Heartbeat, ComesLessOftenTheMoreRanksThereAre) {
  EXPECT_EQ(beat_interval(1), 1s);
  EXPECT_EQ(beat_interval(100), 1s);
  EXPECT_EQ(beat_interval(4000), 40s) << "a hundred a second of all ranks";
}

TEST(Heartbeat, NeedsNoFolderAndNoDiskToWriteTo) {
  for (const char* folder : {"", "/proc/nowhere"}) {
    Heartbeat heartbeat(folder, 0, 1);
    heartbeat.plan(1, 10);
    heartbeat.begin({});
    heartbeat.step(0, 1, 0.5, 8);
    heartbeat.fail(std::make_exception_ptr(Error("it is not recorded")));
    heartbeat.end(Ending::kFinished);
  }
}

}  // namespace
}  // namespace galen::trainer
