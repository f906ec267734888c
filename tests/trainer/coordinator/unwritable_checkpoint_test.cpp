#include "tests/trainer/coordinator/small_service.h"
#include "trainer/checkpoint/tensor_files.h"

#include <gmock/gmock.h>

#include <sys/stat.h>

#include <filesystem>
#include <thread>

namespace galen::trainer {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
namespace fs = std::filesystem;

using UnwritableCheckpoint = CheckpointServiceTest;

TEST_F(UnwritableCheckpoint, IsRetriedUntilThereIsSpace) {
  fs::create_directories(run_);
  folder_.write("run/checkpoints", "a file where the folder of checkpoints should be");
  Node node = start();
  take(node, 1);
  std::vector<Answer> news;
  while (news.empty()) news = node.client->news();
  const auto& failure = std::get<NotWritten>(news.front());
  EXPECT_EQ(failure.step, 1);
  EXPECT_THAT(failure.why, HasSubstr("checkpoints"));
  EXPECT_FALSE(node.client->idle());

  fs::remove(run_ + "/checkpoints");
  wait_until_idle(node);
  EXPECT_EQ(value_in(1), 1);
  node.client->end(Ending::kFinished, manifest_of(1));
}

TEST_F(UnwritableCheckpoint, NothingIsWrittenOrPrunedInAnotherFolderOfTheName) {
  const auto inode = [&] {
    struct stat status = {};
    return ::stat(run_.c_str(), &status) == 0 ? status.st_ino : 0;
  };
  store_ = {.keep_last = 1, .keep_best = 0};
  fs::create_directories(run_);
  Node node = start();
  node.client->works_in(inode());
  take(node, 1);
  wait_until_idle(node);
  fs::rename(run_, run_ + "-aside");
  take(node, 2);
  EXPECT_THAT(failures(*node.client, 1).front().why, HasSubstr("was removed or renamed"));
  EXPECT_FALSE(fs::exists(run_));

  fs::create_directories(CheckpointStore(run_).folder_of(1));  // another job's
  folder_.write("run/checkpoints/step-00000001/manifest.json", "{}");
  take(node, 3);
  EXPECT_THAT(failures(*node.client, 1).back().why, HasSubstr("removed or renamed"));
  EXPECT_TRUE(fs::exists(CheckpointStore(run_).folder_of(1) + "/manifest.json"));
  EXPECT_FALSE(fs::exists(CheckpointStore(run_).folder_of(3)));
  node.client->works_in(inode());
  wait_until_idle(node);
  EXPECT_EQ(value_in(3), 3);
  node.client->end(Ending::kFinished, manifest_of(3));
}

TEST_F(UnwritableCheckpoint, WithoutSpaceTheBestHasPriorityOverLaterOnes) {
  fs::create_directories(run_);
  folder_.write("run/checkpoints", "in the way");
  Node node = start();
  for (const std::int64_t step : {1, 2, 3, 4}) take(node, step, /*best=*/step == 2);
  node.client->rate({2, 0.5, true, /*best=*/true});
  failures(*node.client, 4);
  fs::remove(run_ + "/checkpoints");
  wait_until_idle(node);
  node.client->end(Ending::kFinished, manifest_of(4));
  EXPECT_EQ(value_in(2), 2);
  EXPECT_EQ(read_manifest(run_ + "/best").state.step, 2);
}

TEST_F(UnwritableCheckpoint, AnEarlierOneWrittenAfterALaterOneDoesNotBecomeTheLast) {
  fs::create_directories(run_);
  folder_.write("run/checkpoints", "in the way");
  Node node = start();
  take(node, 2, /*best=*/true);
  while (node.client->news().empty()) std::this_thread::sleep_for(1ms);
  fs::remove(run_ + "/checkpoints");
  take(node, 3);
  node.client->end(Ending::kFinished, manifest_of(3));
  EXPECT_EQ(value_in(2), 2);
  EXPECT_EQ(read_manifest(run_ + "/last").state.step, 3);
}

TEST_F(UnwritableCheckpoint, ARatingThatCannotBeWrittenIsRetried) {
  store_ = {.keep_last = 1, .keep_best = 1};
  Node node = start();
  take(node, 1);
  wait_until_idle(node);
  const std::string in_the_way = CheckpointStore(run_).folder_of(1) + "/rating.json";
  fs::create_directories(in_the_way);
  node.client->rate({1, 0.5, true, /*best=*/true});
  EXPECT_EQ(failures(*node.client, 1).front().step, 1);
  take(node, 2);  // pruning keeps the one without a rating
  wait_until_idle(node);
  fs::remove(in_the_way);
  while (!fs::is_symlink(run_ + "/best")) std::this_thread::sleep_for(1ms);
  EXPECT_EQ(read_manifest(run_ + "/best").state.step, 1);
  node.client->end(Ending::kFinished, manifest_of(2));
  EXPECT_FALSE(names_missing_best(*node.client));
}

TEST_F(UnwritableCheckpoint, ARatingThatIsMissingAtTheEndIsReported) {
  Node node = start();
  take(node, 1, /*best=*/true);
  node.client->rate({1, 0.5, true, /*best=*/true});
  take(node, 2, /*best=*/true);
  wait_until_idle(node);
  fs::create_directories(CheckpointStore(run_).folder_of(2) + "/rating.json");
  node.client->rate({2, 0.6, true, /*best=*/true});
  node.client->end(Ending::kFinished, manifest_of(2));
  EXPECT_EQ(names_missing_best(*node.client), 2);
  EXPECT_EQ(read_manifest(run_ + "/best").state.step, 1);
}

TEST_F(UnwritableCheckpoint, ALaterBestIsNotReplacedByAnEarlierOneThatIsRatedAfterIt) {
  Node node = start();
  for (const std::int64_t step : {1, 2}) take(node, step, /*best=*/true);
  wait_until_idle(node);
  const std::string in_the_way = CheckpointStore(run_).folder_of(1) + "/rating.json";
  fs::create_directories(in_the_way);
  node.client->rate({1, 0.5, true, /*best=*/true});
  failures(*node.client, 1);
  node.client->rate({2, 0.6, true, /*best=*/true});
  failures(*node.client, 1);
  fs::remove(in_the_way);
  node.client->end(Ending::kFinished, manifest_of(2));
  EXPECT_TRUE(fs::is_regular_file(in_the_way));
  EXPECT_EQ(read_manifest(run_ + "/best").state.step, 2);
}

// ELOOP stands for the errors of a lost disk: EIO, ESTALE.
TEST_F(UnwritableCheckpoint, ADiskErrorInLookingForACheckpointIsAFailure) {
  Node node = start();
  take(node, 1);
  wait_until_idle(node);
  const std::string checkpoints = run_ + "/checkpoints";
  fs::rename(checkpoints, run_ + "/aside");
  fs::create_directory_symlink("checkpoints", checkpoints);
  node.client->rate({1, 0.5, true, /*best=*/true});
  EXPECT_THAT(failures(*node.client, 1).front().why, HasSubstr("checkpoints/step-00000001"));
  fs::remove(checkpoints);
  fs::rename(run_ + "/aside", checkpoints);
  node.client->end(Ending::kFinished, manifest_of(1));
  EXPECT_EQ(read_manifest(run_ + "/best").state.step, 1);
}

TEST_F(UnwritableCheckpoint, ARatingOfADroppedCheckpointIsNoFailure) {
  Node node = start();
  take(node, 1);
  fs::create_directories(CheckpointStore(run_).folder_of(2));  // the only one that fitted
  node.client->rate({2, 0.5, true, /*best=*/true});
  node.client->end(Ending::kFinished, manifest_of(1));
  for (const Answer& answer : node.client->news()) EXPECT_FALSE(std::holds_alternative<NotWritten>(answer));
  EXPECT_FALSE(fs::is_symlink(run_ + "/best"));
}

TEST_F(UnwritableCheckpoint, APartIsWrittenOnceForAllRetries) {
  fs::create_directories(run_ + "/last/in_the_way");
  Node first = start(0, 2);
  Node second = start(1, 2);
  for (Node* node : {&second, &first}) take(*node, 5);
  failures(*first.client, 2);
  fs::remove_all(run_ + "/last");
  for (Node* node : {&first, &second}) node->client->end(Ending::kFinished, manifest_of(5));
  EXPECT_EQ(value_in(5), 5);
  EXPECT_EQ(read_manifest(run_ + "/last").state.step, 5);
}

TEST_F(UnwritableCheckpoint, ALaterCheckpointKeepsThePartsOfAnUnwrittenOne) {
  const CheckpointStore store(run_);
  const std::string in_the_way = store.folder_of(5) + "/" + TensorFileName{kWeights, 0, 2}.text();
  fs::create_directories(in_the_way);
  Node first = start(0, 2);
  Node second = start(1, 2);
  for (Node* node : {&second, &first}) take(*node, 5, /*best=*/true);
  failures(*first.client, 1);
  wait_until_idle(second);
  for (Node* node : {&second, &first}) take(*node, 6);
  failures(*first.client, 1);  // the next try for step 5, which follows step 6
  EXPECT_EQ(value_in(6), 6);
  fs::remove(in_the_way);
  for (Node* node : {&first, &second}) node->client->end(Ending::kFinished, manifest_of(6));
  EXPECT_EQ(value_in(5), 5);
}

}  // namespace
}  // namespace galen::trainer
