// Every byte of a checkpoint's folder is verified: damage is detected and named, and an earlier checkpoint is used.

#include "trainer/resume/newest_checkpoint.h"

#include "tests/trainer/checkpoint/small_checkpoint.h"

#include <random>

namespace galen::trainer {
namespace {

namespace fs = std::filesystem;
using test::message_of;
using testing::AllOf;
using testing::HasSubstr;

// A run with a whole checkpoint of step 10, and one of step 20 that is damaged repeatedly.
class Damage : public testing::TestWithParam<bool> {
 protected:
  Damage() : store_(folder_ / "run", {.key_file = GetParam() ? test::new_key(folder_) : ""}) {
    test::save(store_, 10);
    test::save(store_, 20);
    store_.rate(20, 0.75, true);
    files_ = test::files_in(store_.folder_of(20));
  }

  std::size_t below(std::size_t limit) { return static_cast<std::size_t>(random_() % limit); }

  // One of the folder's bytes, each as probable as any other.
  std::pair<fs::path, std::size_t> a_place() {
    std::size_t total = 0;
    for (const fs::path& file : files_) total += fs::file_size(file);
    std::size_t place = below(total);
    for (const fs::path& file : files_) {
      if (place < fs::file_size(file)) return {file, place};
      place -= fs::file_size(file);
    }
    return {files_.back(), 0};
  }

  // The run uses step 10, and names the damage.
  void expect_fall_back(const std::string& file, const std::string& what) {
    const Snapshot snapshot = test::zeros_like(test::some_tensors(1));
    std::vector<std::string> warnings;
    const Manifest restored = restore_newest(store_, snapshot, [&](const std::string& text) { warnings.push_back(text); });
    EXPECT_EQ(restored.state.step, 10) << what;
    EXPECT_TRUE(test::same(snapshot, test::some_tensors(10))) << what;
    ASSERT_EQ(warnings.size(), 1U) << what;
    EXPECT_THAT(warnings[0], AllOf(HasSubstr(file), HasSubstr("Using the checkpoint before it"))) << what;
  }

  // Damages a file; restores its bytes at the end.
  void damage(const fs::path& file, const std::string& bytes, const std::string& what) {
    const std::string before = test::read_file(file);
    test::overwrite(file, bytes);
    expect_fall_back(file, what);
    test::overwrite(file, before);
  }

  test::TemporaryFolder folder_;
  CheckpointStore store_;
  std::vector<fs::path> files_;
  std::mt19937_64 random_{20};
};

INSTANTIATE_TEST_SUITE_P(, Damage, testing::Bool(), [](const auto& test) { return test.param ? "OfEncrypted" : "OfPlain"; });

TEST_P(Damage, OfAnyByteIsFound) {
  for (int i = 0; i < 500; ++i) {
    const auto [file, place] = a_place();
    std::string bytes = test::read_file(file);
    const auto flipped = static_cast<char>(i % 2 == 0 ? 1 << below(8) : 1 + below(255));
    bytes[place] = static_cast<char>(bytes[place] ^ flipped);
    damage(file, bytes, fmt::format("{}, byte {} changed by {:#x}", file.string(), place, static_cast<unsigned char>(flipped)));
  }
}

TEST_P(Damage, ByTruncationIsFound) {
  for (int i = 0; i < 100; ++i) {
    const auto [file, place] = a_place();
    damage(file, test::read_file(file).substr(0, place), fmt::format("{} cut off after {}", file.string(), place));
  }
  for (const fs::path& file : files_) damage(file, "", file.string() + " emptied");
}

TEST_P(Damage, ByAppendedBytesIsFound) {
  for (const fs::path& file : files_) {
    for (const char* more : {"\n", " ", "x"}) damage(file, test::read_file(file) + more, file.string() + " grown");
  }
}

TEST_P(Damage, ByAMissingFileIsFound) {
  for (const fs::path& file : files_) {
    if (file.filename() == "rating.json" || file.filename() == "manifest.json") continue;  // without these it is sound, or none
    fs::rename(file, folder_ / "elsewhere");
    expect_fall_back(file.string() + ": is missing", file.string());
    fs::rename(folder_ / "elsewhere", file);
  }
  EXPECT_TRUE(test::holds(Checkpoint(store_.folder_of(20), store_.key()), 20)) << "all damage was undone";
}

TEST_P(Damage, OfAllCheckpointsIsAnError) {
  for (int step : {10, 20})
    fs::remove(fs::path(store_.folder_of(step)) / (GetParam() ? "weights.safetensors.sealed" : "weights.safetensors"));
  EXPECT_THAT(message_of([&] { restore_newest(store_, test::some_tensors(1), [](const std::string&) {}); }),
              HasSubstr("none of the run's checkpoints can be restored"));
}

TEST_P(Damage, OfLinksIsReported) {
  store_.link_best(20);
  fs::remove_all(store_.folder_of(20));
  for (const std::string& link : {store_.last(), store_.best()}) {
    EXPECT_THAT(message_of([&] { Checkpoint(link, store_.key()); }),
                AllOf(HasSubstr(link), HasSubstr("links to checkpoints/step-00000020, which does not exist")));
  }
  const Snapshot snapshot = test::zeros_like(test::some_tensors(1));
  const auto warn = [](const std::string& text) { ADD_FAILURE() << text; };
  EXPECT_EQ(restore_newest(store_, snapshot, warn).state.step, 10) << "which uses no link";
}

}  // namespace
}  // namespace galen::trainer
