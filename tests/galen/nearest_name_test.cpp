#include "galen/nearest_name.h"

#include <gtest/gtest.h>

#include <vector>

namespace galen {
namespace {

TEST(NearestName, IsTheOneWithTheFewestTypingErrors) {
  const std::vector<std::string> models = {"cnn28", "cnn32", "cnn150", "dense_net", "resnet18"};
  EXPECT_EQ(nearest_name("cnn82", models), "cnn32");
  EXPECT_EQ(nearest_name("resnet", models), "resnet18");
  EXPECT_EQ(nearest_name("densenet", models), "dense_net");
  EXPECT_EQ(nearest_name("cnn28", models), "cnn28");
}

TEST(NearestName, IsNoneIfAllAreTooFar) {
  const std::vector<std::string> words = {"flip", "rotate", "on"};
  EXPECT_EQ(nearest_name("translucent", words), "");
  EXPECT_EQ(nearest_name("no", words), "") << "two letters are near to anything";
  EXPECT_EQ(nearest_name("flop", words), "flip");
  EXPECT_EQ(nearest_name("clap", words), "") << "two of four letters";
  EXPECT_EQ(nearest_name("flop", {}), "");
}

}  // namespace
}  // namespace galen
