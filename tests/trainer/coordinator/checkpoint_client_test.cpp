#include "galen/error.h"
#include "tests/trainer/coordinator/small_service.h"

#include <gtest/gtest.h>

namespace galen::trainer {
namespace {

using namespace std::chrono_literals;

using Client = CheckpointServiceTest;

// Where the test itself is the service.
TEST_F(Client, ASnapshotToBeEvaluatedIsNotReplaced) {
  Node node;
  const auto client = client_of(node.live, node.memory, 1, /*deadline=*/0);
  const auto next = [&] { return std::get<KeepOrder>(parse_order(*node.memory->orders.receive(10s))); };
  client->take(manifest_of(1), /*best=*/false, /*evaluate=*/false);
  const KeepOrder written = next();
  ASSERT_TRUE(node.memory->slots.use(written.slot, written.filling));
  client->take(manifest_of(2), /*best=*/true, /*evaluate=*/true);
  const KeepOrder evaluated = next();
  EXPECT_FALSE(client->make_room(/*best=*/true, 2500ms)) << "the disk is slow";
  EXPECT_TRUE(node.memory->slots.use(evaluated.slot, evaluated.filling));
  node.memory->slots.release(written.slot);
  EXPECT_TRUE(client->make_room(/*best=*/true, 0ms));
}

TEST_F(Client, OfTwoThatWaitTheBestStays) {
  Node node;
  const auto client = client_of(node.live, node.memory, 1, /*deadline=*/0);
  const auto next = [&] { return std::get<KeepOrder>(parse_order(*node.memory->orders.receive(10s))); };
  for (const std::int64_t step : {1, 2, 3}) client->take(manifest_of(step), /*best=*/step == 1, /*evaluate=*/false);
  const KeepOrder first = next(), second = next(), third = next();
  EXPECT_TRUE(node.memory->slots.use(first.slot, first.filling));
  EXPECT_FALSE(node.memory->slots.use(second.slot, second.filling));
  EXPECT_TRUE(node.memory->slots.use(third.slot, third.filling));
}

TEST_F(Client, AnInactiveServiceIsAnError) {
  Node node;
  const auto client = client_of(node.live, node.memory, 1, /*deadline=*/0.3);  // without a service
  client->take(manifest_of(1), false, false);
  client->take(manifest_of(2), true, false);
  const auto wait = [&] {
    while (!client->evaluation_of(2, 10ms)) continue;
  };
  EXPECT_THROW(wait(), Error);
}

// As in a failing worker: its client is destroyed during stack unwinding, and the service must still end.
TEST_F(Client, IsDestroyedAfterASnapshotThatFailed) {
  Node node = start();
  Manifest manifest = manifest_of(1);
  manifest.program_version = std::string(64 << 20, 'x');  // larger than the box of orders
  node.client->take(manifest, /*best=*/false, /*evaluate=*/false);
  node.client.reset();
  node.service.reset();  // waits for its end
}

}  // namespace
}  // namespace galen::trainer
