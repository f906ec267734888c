#pragma once

#include "tests/support/temporary_folder.h"
#include "tests/trainer/checkpoint/snapshot_of.h"
#include "trainer/checkpoint/checkpoint.h"
#include "trainer/checkpoint/store.h"
#include "trainer/coordinator/checkpoint_client.h"
#include "trainer/coordinator/service_thread.h"

#include <ATen/ops/equal.h>
#include <ATen/ops/full_like.h>
#include <ATen/ops/zeros.h>

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace galen::trainer {

// One parameter, one average, and the optimiser's state of the parameter.
inline Snapshot small_state() {
  Snapshot state = test::snapshot_of({{"w", at::zeros({1000}, at::kFloat)}, {"average", at::zeros({3}, at::kFloat)}},
                                     {{"momentum.w", at::zeros({1000}, at::kFloat)}});
  state.sections[0].steady = 1;
  return state;
}

inline Manifest manifest_of(std::int64_t step) {
  Manifest manifest;
  manifest.program_version = "test";
  manifest.state.step = step;
  return manifest;
}

inline double first_of(const at::Tensor& tensor) { return *tensor.const_data_ptr<float>(); }

inline std::unique_ptr<CheckpointClient> client_of(const Snapshot& live, std::shared_ptr<ServiceMemory> memory, int nodes,
                                                   double deadline) {
  return std::make_unique<CheckpointClient>([live] { return live; }, std::move(memory), nodes, deadline);
}

inline std::shared_ptr<ServiceMemory> memory_for(const Snapshot& live) {
  const SnapshotLayout layout = SnapshotLayout::of(live);
  const at::Tensor bytes = at::zeros({ServiceMemory::bytes(layout) + 64}, at::kByte);
  auto* place = static_cast<std::byte*>(bytes.mutable_data_ptr());
  return std::make_shared<ServiceMemory>(layout, std::shared_ptr<std::byte>(place, [bytes](std::byte*) {}));
}

/// Nodes of a run with a separate folder, each with a live service.
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
    started.client = client_of(started.live, started.memory, nodes, 10.0);
    return started;
  }

  static void set(const Snapshot& live, double value) {
    for (const Section& section : live.sections) {
      for (const auto& named : section.tensors) named.tensor.fill_(value);
    }
  }

  void take(Node& node, std::int64_t step, bool best = false) {
    set(node.live, static_cast<double>(step));
    node.client->take(manifest_of(step), best, /*evaluate=*/false);
    node.client->wait_until_taken();
  }

  static void wait_until_idle(const Node& node) {
    while (!node.client->idle()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }

  // The next `count` failures that the service reports.
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

  // The number in the checkpoint of that step, all of whose elements must be equal.
  double value_in(std::int64_t step) const {
    const Checkpoint checkpoint(CheckpointStore(run_).folder_of(step));
    const Snapshot loaded = checkpoint.empty_snapshot();
    checkpoint.load(loaded);
    const double value = first_of(loaded.sections[0].tensors[0].tensor);
    for (const at::Tensor& tensor :
         {loaded.sections[0].tensors[0].tensor, loaded.sections[0].tensors[1].tensor, loaded.sections[1].tensors[0].tensor}) {
      EXPECT_TRUE(at::equal(tensor, at::full_like(tensor, value)));
    }
    return value;
  }

  test::TemporaryFolder folder_;
  std::string run_ = (folder_ / "run").string();
  StoreOptions store_{.keep_last = 100};
};

}  // namespace galen::trainer
