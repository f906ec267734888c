#include "trainer/coordinator/checkpoint_service.h"

#include "galen/error.h"
#include "tests/support/temporary_folder.h"
#include "trainer/checkpoint/checkpoint.h"
#include "trainer/checkpoint/tensor_files.h"
#include "trainer/coordinator/checkpoint_client.h"
#include "trainer/coordinator/service_thread.h"

#include <ATen/ops/equal.h>
#include <ATen/ops/full_like.h>
#include <ATen/ops/zeros.h>

#include <gmock/gmock.h>

#include <cmath>
#include <filesystem>
#include <thread>

namespace galen::trainer {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
namespace fs = std::filesystem;

// One parameter, one average, and the optimiser's state of the parameter.
Snapshot small_state() {
  return {{{"w", at::zeros({1000}, at::kFloat)}, {"average", at::zeros({3}, at::kFloat)}}, {{"momentum.w", at::zeros({1000}, at::kFloat)}}};
}

Manifest manifest_of(std::int64_t step) {
  Manifest manifest;
  manifest.program_version = "test";
  manifest.state.step = step;
  return manifest;
}

double first_of(const at::Tensor& tensor) { return *tensor.const_data_ptr<float>(); }

std::shared_ptr<ServiceMemory> memory_for(const Snapshot& live) {
  const SnapshotLayout layout = SnapshotLayout::of(live);
  const at::Tensor bytes = at::zeros({ServiceMemory::bytes(layout) + 64}, at::kByte);
  auto* place = static_cast<std::byte*>(bytes.mutable_data_ptr());
  return std::make_shared<ServiceMemory>(layout, std::shared_ptr<std::byte>(place, [bytes](std::byte*) {}));
}

class CheckpointServiceTest : public testing::Test {
 protected:
  struct Node {
    Snapshot live = small_state();
    std::shared_ptr<ServiceMemory> memory = memory_for(live);
    std::unique_ptr<ServiceThread> service;
    std::unique_ptr<CheckpointClient> client;
  };

  Node start(int node = 0, int nodes = 1) {
    Node started;
    started.service = std::make_unique<ServiceThread>(store_, ServicePlace{run_, node, "session", 10.0}, started.memory);
    started.client = std::make_unique<CheckpointClient>(started.live, 1, started.memory, nodes, 10.0);
    return started;
  }

  static void set(const Snapshot& live, double value) {
    for (const auto& named : live.weights) named.tensor.fill_(value);
    for (const auto& named : live.optimizer) named.tensor.fill_(value);
  }

  void take(Node& node, std::int64_t step, bool best = false) {
    set(node.live, static_cast<double>(step));
    node.client->take(manifest_of(step), best, /*evaluate=*/false);
    node.client->wait_until_taken();
  }

  static void wait_until_idle(const Node& node) {
    while (!node.client->idle()) std::this_thread::sleep_for(1ms);
  }

  // The next `count` failures that the service tells of.
  static std::vector<NotWritten> failures(CheckpointClient& client, std::size_t count) {
    std::vector<NotWritten> failures;
    while (failures.size() < count) {
      for (const Answer& answer : client.news()) {
        if (const auto* failure = std::get_if<NotWritten>(&answer)) failures.push_back(*failure);
      }
    }
    return failures;
  }

  static std::optional<std::int64_t> names_missing_best(CheckpointClient& client) {
    std::optional<std::int64_t> step;
    for (const Answer& answer : client.news()) {
      if (const auto* unlinked = std::get_if<Unlinked>(&answer)) step = unlinked->step;
    }
    return step;
  }

  // What the checkpoint of that step holds, if all of it is one number.
  double value_in(std::int64_t step) const {
    const Checkpoint checkpoint(CheckpointStore(run_).folder_of(step));
    const Snapshot loaded = checkpoint.empty_snapshot();
    checkpoint.load(loaded);
    const double value = first_of(loaded.weights[0].tensor);
    for (const at::Tensor& tensor : {loaded.weights[0].tensor, loaded.weights[1].tensor, loaded.optimizer[0].tensor}) {
      EXPECT_TRUE(at::equal(tensor, at::full_like(tensor, value)));
    }
    return value;
  }

  test::TemporaryFolder folder_;
  std::string run_ = (folder_ / "run").string();
  StoreOptions store_{.keep_last = 100};
};

TEST_F(CheckpointServiceTest, WritesTheStateAsItWasWhenTheSnapshotWasOrdered) {
  Node node = start();
  for (const std::int64_t step : {1, 2, 3}) {
    set(node.live, static_cast<double>(step));
    node.client->take(manifest_of(step), false, false);
    node.live.weights[1].tensor.fill_(-1);  // averages may change at once
    node.client->wait_until_taken();
    set(node.live, -1);
    wait_until_idle(node);
  }
  node.client->end(Ending::kFinished, manifest_of(3));
  for (const std::int64_t step : {1, 2, 3}) EXPECT_EQ(value_in(step), static_cast<double>(step));
  EXPECT_EQ(read_manifest(run_ + "/last").state.step, 3);
}

TEST_F(CheckpointServiceTest, TriesAgainUntilThereIsRoom) {
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

TEST_F(CheckpointServiceTest, WithoutRoomTheBestIsKeptBeforeLaterOnesThatAreNot) {
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

TEST_F(CheckpointServiceTest, AnEarlierOneThatIsWrittenAfterALaterOneDoesNotBecomeTheLast) {
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

TEST_F(CheckpointServiceTest, ARatingThatCannotBeWrittenIsTriedAgain) {
  store_ = {.keep_last = 1, .keep_best = 1};
  Node node = start();
  take(node, 1);
  wait_until_idle(node);
  const std::string in_the_way = CheckpointStore(run_).folder_of(1) + "/rating.json";
  fs::create_directories(in_the_way);
  node.client->rate({1, 0.5, true, /*best=*/true});
  EXPECT_EQ(failures(*node.client, 1).front().step, 1);
  take(node, 2);  // pruning spares the one that is not rated so far
  wait_until_idle(node);
  fs::remove(in_the_way);
  while (!fs::is_symlink(run_ + "/best")) std::this_thread::sleep_for(1ms);
  EXPECT_EQ(read_manifest(run_ + "/best").state.step, 1);
  node.client->end(Ending::kFinished, manifest_of(2));
  EXPECT_FALSE(names_missing_best(*node.client));
}

TEST_F(CheckpointServiceTest, ARatingThatIsMissingAtTheEndIsTold) {
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

TEST_F(CheckpointServiceTest, ALaterBestIsNotReplacedByAnEarlierOneThatIsRatedAfterIt) {
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

// ELOOP stands for what a disk that has gone says to whoever looks for a file: EIO, ESTALE.
TEST_F(CheckpointServiceTest, ADiskThatDoesNotSayWhetherThereIsACheckpointIsAFailureLikeAnother) {
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

TEST_F(CheckpointServiceTest, ARatingOfACheckpointThatWasGivenUpIsNoFailure) {
  Node node = start();
  take(node, 1);
  fs::create_directories(CheckpointStore(run_).folder_of(2));  // all that there was room for
  node.client->rate({2, 0.5, true, /*best=*/true});
  node.client->end(Ending::kFinished, manifest_of(1));
  for (const Answer& answer : node.client->news()) EXPECT_FALSE(std::holds_alternative<NotWritten>(answer));
  EXPECT_FALSE(fs::is_symlink(run_ + "/best"));
}

TEST_F(CheckpointServiceTest, NodesWriteTheirPartsOfOneCheckpoint) {
  Node first = start(0, 2);
  Node second = start(1, 2);
  for (const std::int64_t step : {5, 6}) {
    take(second, step);
    take(first, step);
  }
  for (Node* node : {&first, &second}) node->client->end(Ending::kFinished, manifest_of(6));
  EXPECT_EQ(value_in(5), 5);
  EXPECT_EQ(value_in(6), 6);
  for (const auto& entry : fs::recursive_directory_iterator(run_)) {
    EXPECT_THAT(entry.path().filename().string(), testing::Not(HasSubstr("session"))) << "where the parts were announced";
  }
}

TEST_F(CheckpointServiceTest, APartIsWrittenOnceHoweverOftenTheWholeIsTried) {
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

TEST_F(CheckpointServiceTest, ALaterCheckpointLeavesThePartsOfAnUnwrittenOneAlone) {
  const CheckpointStore store(run_);
  const std::string in_the_way = store.folder_of(5) + "/" + tensor_file_name(TensorSet::kWeights, 0, 2);
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

TEST_F(CheckpointServiceTest, EvaluatesTheSnapshotNotWhatTheRunHasBecome) {
  Node node;
  CheckpointService service(store_, {run_, 0, "session", 10.0}, *node.memory, [](const Snapshot& snapshot) {
    Report report;
    report.metrics.push_back({"auc", first_of(snapshot.weights[0].tensor), 0, 0});
    report.metrics.push_back({"nothing", std::nan(""), 0, 0});
    return report;
  });
  std::jthread thread([&] { service.run(); });
  CheckpointClient client(node.live, 1, node.memory, 1, 10.0);
  set(node.live, 0.1 + 0.2);
  client.take(manifest_of(7), /*best=*/true, /*evaluate=*/true);
  client.wait_until_taken();
  set(node.live, -1);
  std::optional<Evaluated> found;
  while (!found) found = client.evaluation_of(7, 10ms);
  const Evaluated evaluated = *found;
  EXPECT_EQ(evaluated.metrics.at(0).second, static_cast<double>(static_cast<float>(0.1 + 0.2))) << "to the bit";
  EXPECT_TRUE(std::isnan(evaluated.metrics.at(1).second));
  client.end(Ending::kFinished, manifest_of(7));
}

TEST_F(CheckpointServiceTest, AnAbandonedEvaluationMakesWayForTheNextCheckpoint) {
  Node node;
  std::atomic<int> begun = 0;
  CheckpointService service(store_, {run_, 0, "session", 10.0}, *node.memory, [&](const Snapshot&) -> Report {
    begun += 1;
    for (;;) {
      if (node.memory->abandoned().load()) throw Abandoned();
      std::this_thread::sleep_for(1ms);
    }
  });
  std::jthread thread([&] { service.run(); });
  CheckpointClient client(node.live, 1, node.memory, 1, 10.0);
  client.take(manifest_of(1), /*best=*/true, /*evaluate=*/true);
  while (begun == 0) std::this_thread::sleep_for(1ms);
  client.take(manifest_of(2), /*best=*/true, /*evaluate=*/true);
  client.abandon_evaluations();
  client.take(manifest_of(3), /*best=*/false, /*evaluate=*/false);
  client.end(Ending::kPreempted, manifest_of(3));
  for (const std::int64_t step : {1, 2, 3}) EXPECT_TRUE(CheckpointStore(run_).holds(step)) << step;
  EXPECT_EQ(begun, 1);
}

// Where the test itself is the service.
TEST_F(CheckpointServiceTest, WhatIsToBeEvaluatedGivesWayToNobody) {
  Node node;
  CheckpointClient client(node.live, 1, node.memory, 1, /*deadline=*/0);
  const auto next = [&] { return std::get<KeepOrder>(parse_order(*node.memory->orders.receive(10s))); };
  client.take(manifest_of(1), /*best=*/false, /*evaluate=*/false);
  const KeepOrder written = next();
  ASSERT_TRUE(node.memory->slots.use(written.slot, written.filling));
  client.take(manifest_of(2), /*best=*/true, /*evaluate=*/true);
  const KeepOrder evaluated = next();
  EXPECT_FALSE(client.make_room(/*best=*/true, 2500ms)) << "the disk is slow";
  EXPECT_TRUE(node.memory->slots.use(evaluated.slot, evaluated.filling));
  node.memory->slots.release(written.slot);
  EXPECT_TRUE(client.make_room(/*best=*/true, 0ms));
}

TEST_F(CheckpointServiceTest, OfTwoThatWaitTheBestStays) {
  Node node;
  CheckpointClient client(node.live, 1, node.memory, 1, /*deadline=*/0);
  const auto next = [&] { return std::get<KeepOrder>(parse_order(*node.memory->orders.receive(10s))); };
  for (const std::int64_t step : {1, 2, 3}) client.take(manifest_of(step), /*best=*/step == 1, /*evaluate=*/false);
  const KeepOrder first = next(), second = next(), third = next();
  EXPECT_TRUE(node.memory->slots.use(first.slot, first.filling));
  EXPECT_FALSE(node.memory->slots.use(second.slot, second.filling));
  EXPECT_TRUE(node.memory->slots.use(third.slot, third.filling));
}

TEST_F(CheckpointServiceTest, AServiceThatDoesNotStirIsGivenUp) {
  Node node;
  CheckpointClient client(node.live, 1, node.memory, 1, /*deadline=*/0.3);  // and nobody at the other end
  client.take(manifest_of(1), false, false);
  client.take(manifest_of(2), true, false);
  const auto wait = [&] {
    while (!client.evaluation_of(2, 10ms)) continue;
  };
  EXPECT_THROW(wait(), Error);
}

}  // namespace
}  // namespace galen::trainer
