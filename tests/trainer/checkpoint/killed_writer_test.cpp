// A writer that is killed at any instant leaves the checkpoints that were whole. The drill with more kills: GALEN_DRILL_KILLS=300.

#include "trainer/checkpoint/store.h"

#include "tests/trainer/checkpoint/small_checkpoint.h"
#include "trainer/resume/newest_checkpoint.h"

#include <ATen/Parallel.h>
#include <ATen/ops/full.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <random>
#include <thread>

namespace galen::trainer {
namespace {

namespace fs = std::filesystem;
using std::chrono::microseconds;

// Large enough that writing takes most of the time.
Snapshot tensors_of(std::int64_t step) {
  const auto value = static_cast<double>(step);
  return test::snapshot_of({{"w", at::full({300, 1000}, value)}}, {{"moment", at::full({300, 1000}, -value)}});
}

// A link cannot be locked, so one of a killed writer counts as abandoned only after an hour.
void age_links(const fs::path& folder) {
  const timespec two_hours_ago = {::time(nullptr) - 2 * 3600, 0};
  const timespec times[] = {two_hours_ago, two_hours_ago};
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.is_symlink()) ::utimensat(AT_FDCWD, entry.path().c_str(), times, AT_SYMLINK_NOFOLLOW);
  }
}

[[noreturn]] void write_for_ever(const CheckpointStore& store, std::int64_t step, int parts) {
  for (;; ++step) {
    Manifest manifest = test::at_step(step);
    for (int part = 0; part < parts; ++part) manifest.digests.merge(store.write_part(step, tensors_of(step), part, parts));
    store.publish(manifest);
    store.rate(step, static_cast<double>(step % 7), true);
    if (step % 7 == 0) store.link_best(step);
    store.prune();
  }
}

int kills() {
  const char* text = std::getenv("GALEN_DRILL_KILLS");
  return text == nullptr ? 30 : std::atoi(text);
}

// Returns the step it holds.
std::int64_t expect_newest_loads(const CheckpointStore& store) {
  const Snapshot snapshot = test::zeros_like(tensors_of(0));
  const auto warn = [](const std::string& text) { ADD_FAILURE() << text; };
  const std::int64_t step = restore_newest(store, snapshot, warn).state.step;
  EXPECT_TRUE(test::same(snapshot, tensors_of(step))) << step;
  for (const std::string& link : {store.last(), store.best()}) {
    if (fs::is_symlink(link)) Checkpoint(link, store.key()).check();
  }
  return step;
}

TEST(KilledWriter, LeavesTheNewestWholeCheckpointToBeLoaded) {
  const test::TemporaryFolder folder;
  const std::string key = test::new_key(folder);
  at::set_num_threads(1);  // a child has none of its parent's threads
  std::mt19937_64 random(7);
  std::int64_t newest[2] = {0, 0};
  for (int i = 0; i < kills(); ++i) {
    const int secret = i % 2;
    const CheckpointStore store(folder / (secret == 0 ? "plain" : "secret"), {.key_file = secret == 0 ? "" : key});
    if (newest[secret] == 0) {
      newest[secret] = 1;
      store.save(tensors_of(1), test::at_step(1));
    }
    const std::int64_t first = newest[secret] + static_cast<std::int64_t>(random() % 2);  // the newest again, or the next one
    const int parts = 1 + static_cast<int>(random() % 3);
    const microseconds life(random() % 60'000);

    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      try {
        write_for_ever(store, first, parts);
      } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
      }
      std::_Exit(1);
    }
    std::this_thread::sleep_for(life);
    ::kill(child, SIGKILL);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the writer ended by itself";

    const std::int64_t now = expect_newest_loads(store);
    EXPECT_GE(now, newest[secret]) << "kill " << i;
    newest[secret] = now;
  }

  for (const char* run : {"plain", "secret"}) {
    const CheckpointStore store(folder / run, {.key_file = run == std::string("plain") ? "" : key});
    store.save(tensors_of(1'000'000), test::at_step(1'000'000));
    age_links(folder / run);
    store.prune();
    for (const auto& entry : fs::recursive_directory_iterator(folder / run)) {
      EXPECT_EQ(entry.path().string().find(".tmp-"), std::string::npos) << entry.path() << " is left of a writer that died";
      const bool checkpoint = entry.path().filename().string().starts_with("step-");
      EXPECT_TRUE(!checkpoint || fs::exists(entry.path() / "manifest.json")) << entry.path();
    }
  }
}

}  // namespace
}  // namespace galen::trainer
