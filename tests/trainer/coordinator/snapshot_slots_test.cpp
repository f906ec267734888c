#include "trainer/coordinator/snapshot_slots.h"

#include "tests/trainer/checkpoint/snapshot_of.h"

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
  return test::snapshot_of({{"w", at::arange(6, at::kFloat).view({2, 3})}, {"count", at::full({}, 7, at::kLong)}},
                           {{"m.w", at::full({6}, 0.5, at::kFloat)}});
}

class Slots : public testing::Test {
 protected:
  SnapshotLayout layout_ = SnapshotLayout::of(small_snapshot());
  at::Tensor memory_ = at::zeros({SnapshotSlots::bytes(layout_)}, at::kByte);
  SnapshotSlots slots_{layout_, static_cast<std::byte*>(memory_.mutable_data_ptr())};
};

TEST_F(Slots, HoldTensorsOfTheSameNamesTypesAndShapesAtSeparatePlaces) {
  const SnapshotLayout passed_on = parse_layout(to_text(layout_));
  SnapshotSlots elsewhere(passed_on, static_cast<std::byte*>(memory_.mutable_data_ptr()));
  const Snapshot live = small_snapshot();
  for (int slot = 0; slot < SnapshotSlots::kSlots; ++slot) {
    for (std::size_t i = 0; i < 2; ++i) slots_[slot].sections[0].tensors[i].tensor.copy_(at::add(live.sections[0].tensors[i].tensor, slot));
    slots_[slot].sections[1].tensors[0].tensor.copy_(at::add(live.sections[1].tensors[0].tensor, slot));
  }
  for (int slot = 0; slot < SnapshotSlots::kSlots; ++slot) {
    const Snapshot seen = elsewhere[slot];
    EXPECT_EQ(seen.sections[0].tensors[1].name, "count");
    EXPECT_TRUE(at::equal(seen.sections[0].tensors[0].tensor, at::add(live.sections[0].tensors[0].tensor, slot)));
    EXPECT_TRUE(at::equal(seen.sections[0].tensors[1].tensor, at::add(live.sections[0].tensors[1].tensor, slot)));
    EXPECT_TRUE(at::equal(seen.sections[1].tensors[0].tensor, at::add(live.sections[1].tensors[0].tensor, slot)));
  }
}

// A vector that may have five elements and a matrix that may have three rows, of integers.
Snapshot growing_snapshot(std::int64_t values, std::int64_t rows) {
  Snapshot snapshot = test::snapshot_of({{"w", at::arange(4, at::kDouble)}}, {});
  Section trees{.name = "trees", .tensors = {}};
  trees.tensors = {{"leaves", at::arange(values, at::kDouble)}, {"kind", at::full({}, 3, at::kInt)}, {"splits", at::full({rows, 2}, rows)}};
  trees.most_rows = {{"leaves", 5}, {"splits", 3}};
  snapshot.sections.push_back(trees);
  return snapshot;
}

TEST(GrowingTensors, HaveTheRowsOfTheFilledSlot) {
  const SnapshotLayout layout = SnapshotLayout::of(growing_snapshot(0, 1));
  at::Tensor memory = at::zeros({SnapshotSlots::bytes(layout)}, at::kByte);
  auto* place = static_cast<std::byte*>(memory.mutable_data_ptr());
  SnapshotSlots slots(layout, place);
  const SnapshotSlots elsewhere(parse_layout(to_text(layout)), place);
  for (int slot = 0; slot < SnapshotSlots::kSlots; ++slot) {
    const Snapshot live = growing_snapshot(5 - slot, 3 * slot);
    const Snapshot copy = slots.shaped_like(live, slot);
    for (std::size_t i = 0; i < 3; ++i) copy.sections[2].tensors[i].tensor.copy_(live.sections[2].tensors[i].tensor);
  }
  for (int slot = 0; slot < SnapshotSlots::kSlots; ++slot) {
    const Snapshot live = growing_snapshot(5 - slot, 3 * slot);
    const Snapshot seen = elsewhere[slot];
    ASSERT_EQ(seen.sections[2].name, "trees");
    for (std::size_t i = 0; i < 3; ++i) EXPECT_TRUE(at::equal(seen.sections[2].tensors[i].tensor, live.sections[2].tensors[i].tensor)) << i;
  }
  EXPECT_ANY_THROW(slots.shaped_like(growing_snapshot(6, 1), 0));
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

TEST_F(Slots, ANewerSnapshotReplacesAWaitingOne) {
  const int busy = *slots_.claim();
  ASSERT_TRUE(slots_.use(busy, slots_.fill(busy)));
  const int waiting = *slots_.claim();
  const std::uint64_t old_filling = slots_.fill(waiting);
  EXPECT_FALSE(slots_.claim());
  EXPECT_FALSE(slots_.reclaim(waiting, old_filling + 1));
  EXPECT_TRUE(slots_.reclaim(waiting, old_filling));
  EXPECT_FALSE(slots_.use(waiting, old_filling)) << "while it is being filled";
  const std::uint64_t new_filling = slots_.fill(waiting);
  EXPECT_FALSE(slots_.use(waiting, old_filling)) << "the waiting filling is not the one announced before";
  EXPECT_TRUE(slots_.use(waiting, new_filling));
}

}  // namespace
}  // namespace galen::trainer
