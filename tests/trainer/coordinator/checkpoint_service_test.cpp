#include "galen/error.h"
#include "tests/trainer/coordinator/small_service.h"

#include <gmock/gmock.h>

#include <atomic>
#include <cmath>
#include <filesystem>
#include <thread>

namespace galen::trainer {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
namespace fs = std::filesystem;

TEST_F(CheckpointServiceTest, WritesTheStateOfTheMomentOfTheOrder) {
  Node node = start();
  for (const std::int64_t step : {1, 2, 3}) {
    set(node.live, static_cast<double>(step));
    node.client->take(manifest_of(step), false, false);
    node.live.sections[0].tensors[1].tensor.fill_(-1);  // averages may change immediately
    node.client->wait_until_taken();
    set(node.live, -1);
    wait_until_idle(node);
  }
  node.client->end(Ending::kFinished, manifest_of(3));
  for (const std::int64_t step : {1, 2, 3}) EXPECT_EQ(value_in(step), static_cast<double>(step));
  EXPECT_EQ(read_manifest(run_ + "/last").state.step, 3);
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

TEST_F(CheckpointServiceTest, EvaluatesTheSnapshotNotTheCurrentState) {
  Node node;
  CheckpointService service(store_, {run_, 0, "session", 10.0}, *node.memory, [](const Snapshot& snapshot) {
    Report report;
    report.metrics.push_back({"auc", first_of(snapshot.sections[0].tensors[0].tensor), 0, 0});
    report.metrics.push_back({"nothing", std::nan(""), 0, 0});
    return report;
  });
  std::jthread thread([&] { service.run(); });
  const auto client = client_of(node.live, node.memory, 1, 10.0);
  set(node.live, 0.1 + 0.2);
  client->take(manifest_of(7), /*best=*/true, /*evaluate=*/true);
  client->wait_until_taken();
  set(node.live, -1);
  std::optional<Evaluated> found;
  while (!found) found = client->evaluation_of(7, 10ms);
  const Evaluated evaluated = *found;
  EXPECT_EQ(evaluated.metrics.at(0).second, static_cast<double>(static_cast<float>(0.1 + 0.2))) << "to the bit";
  EXPECT_TRUE(std::isnan(evaluated.metrics.at(1).second));
  client->end(Ending::kFinished, manifest_of(7));
}

TEST_F(CheckpointServiceTest, ACancelledEvaluationDoesNotDelayTheNextCheckpoint) {
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
  const auto client = client_of(node.live, node.memory, 1, 10.0);
  client->take(manifest_of(1), /*best=*/true, /*evaluate=*/true);
  while (begun == 0) std::this_thread::sleep_for(1ms);
  client->take(manifest_of(2), /*best=*/true, /*evaluate=*/true);
  client->abandon_evaluations();
  client->take(manifest_of(3), /*best=*/false, /*evaluate=*/false);
  client->end(Ending::kPreempted, manifest_of(3));
  for (const std::int64_t step : {1, 2, 3}) EXPECT_TRUE(CheckpointStore(run_).holds(step)) << step;
  EXPECT_EQ(begun, 1);
}

}  // namespace
}  // namespace galen::trainer
