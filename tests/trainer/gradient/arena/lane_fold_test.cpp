#include "trainer/gradient/arena/lane_fold.h"

#include <gtest/gtest.h>

#include <functional>
#include <vector>

namespace galen::trainer {
namespace {

// Numbers of very different size, so that another order of additions gives other bits.
float element(std::size_t vector, std::int64_t i) {
  return (static_cast<std::int64_t>(vector) * 7 + i) % 5 == 0 ? 3e7f / static_cast<float>(i + 1) : 0.3f / static_cast<float>(vector + 1);
}

TEST(LaneFold, AddsAsTheTreeDoes) {
  for (const std::int64_t lanes : {1, 2, 3, 5, 8, 13}) {
    for (const std::int64_t size : {std::int64_t{1}, std::int64_t{37}, LaneFold::kBlock}) {
      std::vector<TreeNode> leaves;
      std::vector<std::vector<float>> vectors(static_cast<std::size_t>(lanes));
      std::vector<const float*> inputs;
      for (std::int64_t lane = 0; lane < lanes; ++lane) {
        leaves.push_back({0, lane});
        for (std::int64_t i = 0; i < size; ++i) vectors[lane].push_back(element(static_cast<std::size_t>(lane), i));
        inputs.push_back(vectors[lane].data());
      }
      LaneFold fold(leaves, lanes);
      const auto sums = fold(inputs, size);
      ASSERT_EQ(sums.size(), 1u);
      for (std::int64_t i = 0; i < size; ++i) {
        LaneTree<float> tree(lanes);
        for (std::int64_t lane = 0; lane < lanes; ++lane) tree.push({0, lane}, element(static_cast<std::size_t>(lane), i), std::plus<>());
        ASSERT_EQ(sums[0][i], tree.subtrees().front().value) << lanes << " lanes, element " << i;
      }
    }
  }
}

TEST(LaneFold, KeepsInputsAndReturnsThoseThatNeedNoAddition) {
  // Lanes 1 to 5 of 8: {1}, {2, 3}, {4, 5}.
  std::vector<float> values = {1, 2, 4, 8, 16};
  const std::vector<float> before = values;
  std::vector<TreeNode> nodes;
  std::vector<const float*> inputs;
  for (std::size_t i = 0; i < values.size(); ++i) {
    nodes.push_back({0, static_cast<std::int64_t>(i) + 1});
    inputs.push_back(&values[i]);
  }
  LaneFold fold(nodes, 8);
  const auto sums = fold(inputs, 1);
  ASSERT_EQ(sums.size(), 3u);
  EXPECT_EQ(sums[0], &values[0]);
  EXPECT_EQ(*sums[1], 6);
  EXPECT_EQ(*sums[2], 24);
  EXPECT_EQ(fold.outputs(), subtrees({1, 6}, 8));
  EXPECT_EQ(values, before);
}

}  // namespace
}  // namespace galen::trainer
