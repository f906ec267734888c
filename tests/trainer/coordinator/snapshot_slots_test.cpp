#include "trainer/coordinator/snapshot_slots.h"

#include <ATen/ops/add.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/full.h>
#include <ATen/ops/zeros.h>

#include <gtest/gtest.h>

#include <cstring>

namespace galen::trainer {
namespace {

Snapshot small_snapshot() {
  return {{{"w", at::arange(6, at::kFloat).view({2, 3})}, {"count", at::full({}, 7, at::kLong)}},
          {{"m.w", at::full({6}, 0.5, at::kFloat)}}};
}

class Slots : public testing::Test {
 protected:
  SnapshotLayout layout_ = SnapshotLayout::of(small_snapshot());
  at::Tensor memory_ = at::zeros({SnapshotSlots::bytes(layout_)}, at::kByte);
  SnapshotSlots slots_{layout_, static_cast<std::byte*>(memory_.mutable_data_ptr())};
};

TEST_F(Slots, HoldTensorsOfTheSameNamesTypesAndShapesAtPlacesOfTheirOwn) {
  const SnapshotLayout passed_on = parse_layout(to_text(layout_));
  SnapshotSlots elsewhere(passed_on, static_cast<std::byte*>(memory_.mutable_data_ptr()));
  const Snapshot live = small_snapshot();
  for (int slot = 0; slot < SnapshotSlots::kSlots; ++slot) {
    for (std::size_t i = 0; i < 2; ++i) slots_[slot].weights[i].tensor.copy_(at::add(live.weights[i].tensor, slot));
    slots_[slot].optimizer[0].tensor.copy_(at::add(live.optimizer[0].tensor, slot));
  }
  for (int slot = 0; slot < SnapshotSlots::kSlots; ++slot) {
    const Snapshot& seen = elsewhere[slot];
    EXPECT_EQ(seen.weights[1].name, "count");
    EXPECT_TRUE(at::equal(seen.weights[0].tensor, at::add(live.weights[0].tensor, slot)));
    EXPECT_TRUE(at::equal(seen.weights[1].tensor, at::add(live.weights[1].tensor, slot)));
    EXPECT_TRUE(at::equal(seen.optimizer[0].tensor, at::add(live.optimizer[0].tensor, slot)));
  }
}

TEST_F(Slots, AreTakenUntilTheyAreReleased) {
  ASSERT_EQ(slots_.free(), 2);
  const int first = *slots_.claim();
  EXPECT_EQ(slots_.free(), 1);
  const std::uint64_t filling = slots_.fill(first);
  const int second = *slots_.claim();
  EXPECT_NE(first, second);
  EXPECT_FALSE(slots_.claim()) << "there are two";
  EXPECT_TRUE(slots_.use(first, filling));
  EXPECT_FALSE(slots_.reclaim(first, filling)) << "it is in use";
  EXPECT_FALSE(slots_.reclaim(second, 0)) << "it is being filled";
  slots_.release(first);
  EXPECT_EQ(slots_.claim(), first);
}

TEST_F(Slots, ANewerSnapshotTakesThePlaceOfOneThatWaits) {
  const int busy = *slots_.claim();
  ASSERT_TRUE(slots_.use(busy, slots_.fill(busy)));
  const int waiting = *slots_.claim();
  const std::uint64_t old_filling = slots_.fill(waiting);
  EXPECT_FALSE(slots_.claim());
  EXPECT_FALSE(slots_.reclaim(waiting, old_filling + 1));
  EXPECT_TRUE(slots_.reclaim(waiting, old_filling));
  EXPECT_FALSE(slots_.use(waiting, old_filling)) << "while it is being filled";
  const std::uint64_t new_filling = slots_.fill(waiting);
  EXPECT_FALSE(slots_.use(waiting, old_filling)) << "what waits now is not what was announced then";
  EXPECT_TRUE(slots_.use(waiting, new_filling));
}

}  // namespace
}  // namespace galen::trainer
