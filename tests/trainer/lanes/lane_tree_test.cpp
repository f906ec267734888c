#include "trainer/lanes/lane_tree.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

namespace galen::trainer {
namespace {

// The tree that is expected, as a text: "((0+1)+2)".
std::string shape(std::int64_t begin, std::int64_t end, std::int64_t width) {
  if (width == 1) return std::to_string(begin);
  const std::int64_t middle = begin + width / 2;
  if (middle >= end) return shape(begin, end, width / 2);
  return fmt::format("({}+{})", shape(begin, middle, width / 2), shape(middle, end, width / 2));
}

float sum_by_recursion(const std::vector<float>& values, std::size_t begin, std::size_t width) {
  if (width == 1) return values[begin];
  const std::size_t middle = begin + width / 2;
  if (middle >= values.size()) return sum_by_recursion(values, begin, width / 2);
  return sum_by_recursion(values, begin, width / 2) + sum_by_recursion(values, middle, width / 2);
}

// Values whose sum depends on the order of additions.
std::vector<float> awkward_values(std::size_t count) {
  std::vector<float> values;
  for (std::size_t i = 0; i < count; ++i) values.push_back((i % 3 == 0 ? 1e8f : -0.1f) / static_cast<float>(i + 1));
  return values;
}

TEST(LaneTree, AddsInTheOrderOfTheBinaryTree) {
  for (std::size_t lanes = 1; lanes <= 17; ++lanes) {
    const std::vector<float> values = awkward_values(lanes);
    LaneTree<float> tree(static_cast<std::int64_t>(lanes));
    for (std::size_t lane = 0; lane < lanes; ++lane) tree.push({0, static_cast<std::int64_t>(lane)}, values[lane], std::plus<>());
    ASSERT_EQ(tree.subtrees().size(), 1u) << lanes;
    std::size_t width = 1;
    while (width < lanes) width *= 2;
    EXPECT_EQ(tree.subtrees().front().value, sum_by_recursion(values, 0, width)) << shape(0, lanes, width);
  }
}

TEST(LaneTree, IsTheSameForAnyDistributionOfLanes) {
  for (std::int64_t lanes : {1, 2, 3, 4, 5, 7, 8, 12}) {
    const std::vector<float> values = awkward_values(static_cast<std::size_t>(lanes));
    LaneTree<float> alone(lanes);
    for (std::int64_t lane = 0; lane < lanes; ++lane) alone.push({0, lane}, values[lane], std::plus<>());
    for (int workers = 1; workers <= lanes; ++workers) {
      LaneTree<float> whole(lanes);
      for (int worker = 0; worker < workers; ++worker) {
        const Range mine = lane_range({0, lanes}, worker, workers);
        LaneTree<float> part(lanes);
        for (std::int64_t lane = mine.begin; lane < mine.end; ++lane) part.push({0, lane}, values[lane], std::plus<>());
        const std::vector<TreeNode> nodes = subtrees(mine, lanes);
        ASSERT_EQ(nodes.size(), part.subtrees().size());
        for (std::size_t i = 0; i < nodes.size(); ++i) {
          EXPECT_EQ(nodes[i], part.subtrees()[i].node);
          whole.push(nodes[i], part.subtrees()[i].value, std::plus<>());
        }
      }
      ASSERT_EQ(whole.subtrees().size(), 1u);
      EXPECT_EQ(whole.subtrees().front().value, alone.subtrees().front().value) << lanes << " lanes, " << workers << " workers";
    }
  }
}

TEST(LaneTree, NeedsFewPartialSums) {
  EXPECT_EQ(subtrees({0, 4}, 8), (std::vector<TreeNode>{{2, 0}}));
  EXPECT_EQ(subtrees({4, 8}, 8), (std::vector<TreeNode>{{2, 1}}));
  EXPECT_EQ(subtrees({1, 6}, 8), (std::vector<TreeNode>{{0, 1}, {1, 1}, {1, 2}}));
  EXPECT_EQ(subtrees({2, 3}, 3), (std::vector<TreeNode>{{1, 1}})) << "the third of three lanes stands for the right half";
}

}  // namespace
}  // namespace galen::trainer
