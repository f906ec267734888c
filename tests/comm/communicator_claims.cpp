#include "tests/comm/communicator_claims.h"

#include "comm/collectives.h"
#include "comm/node.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/full.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstring>
#include <thread>

namespace galen::test {

namespace {

using comm::Communicator;
using comm::Reduction;
using Counts = std::vector<std::int64_t>;

const std::vector<at::ScalarType> kTypes{at::kFloat, at::kDouble, at::kLong, at::kByte};

/// Small whole numbers, exact in every dtype, and different between ranks and positions.
int value(int rank, std::int64_t i) { return static_cast<int>((5 * rank + 3 * i) % 11); }

template <typename Value>
at::Tensor tensor_of(std::int64_t length, at::ScalarType type, Value value_at) {
  at::Tensor doubles = at::empty({length}, at::kDouble);
  for (std::int64_t i = 0; i < length; ++i) doubles.mutable_data_ptr<double>()[i] = value_at(i);
  return doubles.to(type);
}

at::Tensor values_of(int rank, std::int64_t length, at::ScalarType type) {
  return tensor_of(length, type, [&](std::int64_t i) { return value(rank, i); });
}

std::vector<std::int64_t> integers(const at::Tensor& values) {
  const at::Tensor wide = values.to(at::kLong).contiguous();
  return {wide.const_data_ptr<std::int64_t>(), wide.const_data_ptr<std::int64_t>() + wide.numel()};
}

std::int64_t sum(const Counts& counts) {
  std::int64_t result = 0;
  for (const std::int64_t count : counts) result += count;
  return result;
}

void ranks_count_from_zero_to_size(Communicator& group) {
  Counts expected;
  for (int r = 0; r < group.size(); ++r) expected.push_back(r);
  EXPECT_EQ(integers(comm::all_gather(group, at::full({1}, group.rank(), at::kLong))), expected);
  EXPECT_EQ(group.node_rank(), group.rank()) << "these groups live on one node";
  EXPECT_EQ(group.node_size(), group.size());
}

void all_reduce_is_the_arithmetic(Communicator& group) {
  for (const at::ScalarType type : kTypes) {
    for (const Reduction reduction : {Reduction::kSum, Reduction::kMin, Reduction::kMax}) {
      for (const std::int64_t length : {0, 1, 1000}) {
        at::Tensor values = values_of(group.rank(), length, type);
        group.all_reduce(values, reduction);
        const std::vector<std::int64_t> results = integers(values);
        for (std::int64_t i = 0; i < length; ++i) {
          int expected = value(0, i);
          for (int r = 1; r < group.size(); ++r) {
            const int next = value(r, i);
            expected = reduction == Reduction::kSum   ? expected + next
                       : reduction == Reduction::kMin ? std::min(expected, next)
                                                      : std::max(expected, next);
          }
          ASSERT_EQ(results[i], expected) << type << " at " << i;
        }
      }
    }
  }
}

void all_reduce_keeps_fractions(Communicator& group) {
  at::Tensor values = at::full({3}, 0.25 * (group.rank() + 1), at::kDouble);
  group.all_reduce(values, Reduction::kSum);
  EXPECT_EQ(values.const_data_ptr<double>()[2], 0.125 * group.size() * (group.size() + 1));
}

void broadcast_overwrites_with_the_roots_values(Communicator& group) {
  for (const at::ScalarType type : kTypes) {
    for (int root = 0; root < group.size(); ++root) {
      at::Tensor values = values_of(group.rank(), 100, type);
      group.broadcast(values, root);
      EXPECT_TRUE(values.equal(values_of(root, 100, type))) << type << " from " << root;
    }
  }
}

void all_gather_concatenates_unequal_parts(Communicator& group) {
  for (const at::ScalarType type : kTypes) {
    Counts counts;  // 0, 20, 40, 0, …
    std::vector<std::int64_t> expected;
    for (int r = 0; r < group.size(); ++r) {
      counts.push_back(20 * (r % 3));
      for (std::int64_t i = 0; i < counts[r]; ++i) expected.push_back(value(r, i));
    }
    at::Tensor all = at::zeros({sum(counts)}, type);
    group.all_gather(values_of(group.rank(), counts[group.rank()], type), all, counts);
    EXPECT_EQ(integers(all), expected) << type;
  }
}

void all_gather_of_tensors_finds_out_the_counts(Communicator& group) {
  const auto rows_of = [](int rank) { return std::int64_t{(rank + 1) % 3}; };
  const at::Tensor mine = at::full({rows_of(group.rank()), 2, 3}, group.rank(), at::kFloat);
  const at::Tensor all = comm::all_gather(group, mine);

  std::vector<std::int64_t> expected;
  for (int r = 0; r < group.size(); ++r) expected.insert(expected.end(), rows_of(r) * 6, r);
  EXPECT_EQ(integers(all), expected);
  EXPECT_EQ(all.sizes(), (std::vector<std::int64_t>{static_cast<std::int64_t>(expected.size()) / 6, 2, 3}));

  EXPECT_EQ(comm::all_gather(group, at::zeros({0, 4})).sizes(), (std::vector<std::int64_t>{0, 4}));
}

void all_to_all_delivers_every_run(Communicator& group) {
  const auto count = [](int from, int to) { return std::int64_t{(from + 2 * to) % 4 * 10}; };
  const auto element = [](int from, int to, std::int64_t i) { return (from * 40 + to * 10 + i % 10) % 251; };
  for (const at::ScalarType type : kTypes) {
    const int me = group.rank();
    Counts send, receive, outgoing, expected;
    for (int other = 0; other < group.size(); ++other) {
      send.push_back(count(me, other));
      receive.push_back(count(other, me));
      for (std::int64_t i = 0; i < send.back(); ++i) outgoing.push_back(element(me, other, i));
      for (std::int64_t i = 0; i < receive.back(); ++i) expected.push_back(element(other, me, i));
    }
    at::Tensor incoming = at::zeros({sum(receive)}, type);
    group.all_to_all(tensor_of(sum(send), type, [&](std::int64_t i) { return outgoing[i]; }), send, incoming, receive);
    EXPECT_EQ(integers(incoming), expected) << type;
  }
}

void nobody_passes_a_barrier_early(Communicator& group) {
  const auto now = [] { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); };
  for (int last = 0; last < group.size(); ++last) {
    if (group.rank() == last) std::this_thread::sleep_for(std::chrono::milliseconds(30));
    at::Tensor entered = at::full({1}, now(), at::kDouble);
    group.barrier();
    at::Tensor left = at::full({1}, now(), at::kDouble);
    group.all_reduce(entered, Reduction::kMax);
    group.all_reduce(left, Reduction::kMin);
    EXPECT_GE(*left.const_data_ptr<double>(), *entered.const_data_ptr<double>()) << "rank " << last << " was the last";
  }
}

void split_groups_by_colour_in_rank_order(Communicator& group) {
  const int colour = group.rank() % 2;
  const auto part = group.split(colour);
  Counts members;
  for (int r = colour; r < group.size(); r += 2) members.push_back(r);
  EXPECT_EQ(part->rank(), group.rank() / 2);
  EXPECT_EQ(part->size(), static_cast<int>(members.size()));
  EXPECT_EQ(integers(comm::all_gather(*part, at::full({1}, group.rank(), at::kLong))), members);
}

void parts_work_beside_the_whole(Communicator& group) {
  const auto alone = group.split(group.rank());
  const auto same = group.split(7)->split(0);  // outlives the group it came from
  at::Tensor one = at::full({1}, 1, at::kLong), two = one.clone(), three = one.clone();
  group.all_reduce(one, Reduction::kSum);
  alone->all_reduce(two, Reduction::kSum);
  same->all_reduce(three, Reduction::kSum);
  EXPECT_EQ(integers(one), Counts{group.size()});
  EXPECT_EQ(integers(two), Counts{1});
  EXPECT_EQ(integers(three), Counts{group.size()});
}

void split_orders_by_key(Communicator& group) {
  const auto reversed = group.split(0, -group.rank());
  EXPECT_EQ(reversed->rank(), group.size() - 1 - group.rank());
}

void shared_memory_is_seen_by_all(Communicator& group) {
  constexpr std::int64_t kBytes = 100'000;
  std::shared_ptr<std::byte> memory = group.share_memory(kBytes * group.size());
  ASSERT_NE(memory, nullptr);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(memory.get()) % 4096, 0u);
  const std::byte* last = memory.get() + kBytes * group.size() - 1;
  EXPECT_EQ(*last, std::byte{0});
  group.barrier();
  std::memset(memory.get() + kBytes * group.rank(), group.rank() + 1, kBytes);
  group.barrier();
  for (int r = 0; r < group.size(); ++r) {
    EXPECT_EQ(memory.get()[kBytes * r], static_cast<std::byte>(r + 1));
    EXPECT_EQ(memory.get()[kBytes * (r + 1) - 1], static_cast<std::byte>(r + 1));
  }
  const auto other = group.share_memory(kBytes);
  EXPECT_EQ(*other, std::byte{0}) << "each call gives memory of its own";
  group.barrier();
}

void a_nodes_barrier_holds_everybody(Communicator& group) {
  comm::Node node(group);
  EXPECT_EQ(node.size(), group.size());
  at::Tensor counts = node.zeros(group.size(), at::kDouble);
  auto* count = counts.mutable_data_ptr<double>();
  for (int round = 1; round <= 2000; ++round) {
    count[group.rank()] = round;
    node.barrier("test");
    for (int r = 0; r < group.size(); ++r) ASSERT_EQ(count[r], round) << "of rank " << r;
    node.barrier("test");
  }
  if (group.rank() == 0) std::this_thread::sleep_for(std::chrono::milliseconds(250));  // the others fall asleep
  node.barrier("test");
}

void texts_are_broadcast(Communicator& group) {
  for (int root = 0; root < group.size(); ++root) {
    for (const std::string& text : {std::string(), std::string("läsion\0 and on", 15), std::string(5000, 'x')}) {
      EXPECT_EQ(comm::broadcast(group, group.rank() == root ? text : "not this", root), text);
    }
  }
}

void texts_are_gathered(Communicator& group) {
  const auto text = [](int rank) { return std::string(rank * 50, static_cast<char>('a' + rank)); };  // rank 0's is empty
  std::vector<std::string> expected;
  for (int r = 0; r < group.size(); ++r) expected.push_back(text(r));
  EXPECT_EQ(comm::all_gather(group, text(group.rank())), expected);
}

void breaches_are_refused(Communicator& group) {
  const int size = group.size();
  at::Tensor halves = at::zeros({4}, at::kHalf), transposed = at::zeros({2, 3}).t(), undefined, good = at::zeros({4});
  EXPECT_THROW(group.all_reduce(halves, Reduction::kSum), c10::Error);
  EXPECT_THROW(group.all_reduce(transposed, Reduction::kSum), c10::Error);
  EXPECT_THROW(group.all_reduce(undefined, Reduction::kSum), c10::Error);
  EXPECT_THROW(group.broadcast(good, size), c10::Error);
  EXPECT_THROW(group.broadcast(good, -1), c10::Error);
  EXPECT_THROW(group.all_gather(good, good, Counts(size + 1, 4)), c10::Error);
  EXPECT_THROW(group.all_gather(good, good, Counts(size, 3)), c10::Error);
  EXPECT_THROW(group.all_to_all(good, Counts(size, 5), good, Counts(size, 5)), c10::Error);
  EXPECT_THROW(group.split(-1), c10::Error);
}

}  // namespace

const std::vector<Claim>& communicator_claims() {
  static const std::vector<Claim> claims{
      {"RanksCountFromZeroToSize", ranks_count_from_zero_to_size},
      {"AllReduceIsTheArithmetic", all_reduce_is_the_arithmetic},
      {"AllReduceKeepsFractions", all_reduce_keeps_fractions},
      {"BroadcastOverwritesWithTheRootsValues", broadcast_overwrites_with_the_roots_values},
      {"AllGatherConcatenatesUnequalParts", all_gather_concatenates_unequal_parts},
      {"AllGatherOfTensorsFindsOutTheCounts", all_gather_of_tensors_finds_out_the_counts},
      {"AllToAllDeliversEveryRun", all_to_all_delivers_every_run},
      {"NobodyPassesABarrierEarly", nobody_passes_a_barrier_early},
      {"SplitGroupsByColourInRankOrder", split_groups_by_colour_in_rank_order},
      {"PartsWorkBesideTheWhole", parts_work_beside_the_whole},
      {"SplitOrdersByKey", split_orders_by_key},
      {"SharedMemoryIsSeenByAll", shared_memory_is_seen_by_all},
      {"ANodesBarrierHoldsEverybody", a_nodes_barrier_holds_everybody},
      {"TextsAreBroadcast", texts_are_broadcast},
      {"TextsAreGathered", texts_are_gathered},
      {"BreachesAreRefused", breaches_are_refused},
  };
  return claims;
}

}  // namespace galen::test
