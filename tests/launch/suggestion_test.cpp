#include "launch/suggestion.h"

#include <gtest/gtest.h>

#include <vector>

namespace galen::launch {
namespace {

const std::vector<std::string> kKnown = {"optimizer.learning_rate", "optimizer.name", "trainer.batch", "trainer.epochs", "run.folder"};

TEST(Suggestion, FindsTheNearestName) {
  EXPECT_EQ(nearest("optimizer.learning_rat", kKnown), "optimizer.learning_rate");
  EXPECT_EQ(nearest("trainer.bacth", kKnown), "trainer.batch");
  EXPECT_EQ(nearest("run.foldr", kKnown), "run.folder");
}

TEST(Suggestion, FindsAKeyByItsLastPart) {
  EXPECT_EQ(nearest("learning_rate", kKnown), "optimizer.learning_rate");
  EXPECT_EQ(nearest("epoch", kKnown), "trainer.epochs");
}

TEST(Suggestion, SaysNothingWhereNothingIsNear) {
  EXPECT_EQ(nearest("colour", kKnown), "");
  EXPECT_EQ(did_you_mean("colour", kKnown), "");
  EXPECT_EQ(did_you_mean("batc", kKnown, "--"), " Did you mean --trainer.batch?");
}

}  // namespace
}  // namespace galen::launch
