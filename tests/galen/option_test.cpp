#include "galen/option.h"

#include <gtest/gtest.h>

#include <array>

namespace galen::options {
namespace {

TEST(Option, ReadsBackWhatItWrites) {
  double rate = 0.1 + 0.2;
  std::uint64_t seed = 18446744073709551615u;
  std::vector<std::int64_t> widths = {64, 32};
  std::array<double, 3> shares = {0.7, 0.1, 0.2};
  for (const Option& option : {number("rate", rate, any(), ""), number("seed", seed, any(), ""), numbers("widths", widths, any(), ""),
                               numbers("shares", shares, any(), "")}) {
    EXPECT_TRUE(option.set(option.get())) << option.key;
  }
  EXPECT_EQ(rate, 0.1 + 0.2);
  EXPECT_EQ(seed, 18446744073709551615u);
  EXPECT_EQ(widths, (std::vector<std::int64_t>{64, 32}));
}

TEST(Option, SuggestsSharesForPercentagesAndRatios) {
  EXPECT_EQ(as_shares("70,10,20", 3), "0.7,0.1,0.2");
  EXPECT_EQ(as_shares("70%, 10%, 20%", 3), "0.7,0.1,0.2");
  EXPECT_EQ(as_shares("8,1,1", 3), "0.8,0.1,0.1");
  EXPECT_EQ(as_shares("1,1,1", 3), "0.3333,0.3333,0.3334");
  for (const char* text : {"70,30", "a,b,c", "0,0,0", "-1,1,1", ""}) EXPECT_EQ(as_shares(text, 3), "") << text;
  std::array<double, 3> fractions = {};
  const Option option = shares("fractions", fractions, "");
  EXPECT_FALSE(option.set("70,10,20"));
  EXPECT_TRUE(option.set(option.suggest("70,10,20")));
  EXPECT_EQ(fractions, (std::array{0.7, 0.1, 0.2}));
}

TEST(Option, LeavesTheFieldAloneWhereTheTextIsNotOfItsKind) {
  std::int64_t batch = 32;
  const Option option = number("batch", batch, at_least(1), "");
  for (const char* text : {"", "abc", "3x", "0", "-4", "1.5", "99999999999999999999", " 8"}) EXPECT_FALSE(option.set(text)) << text;
  EXPECT_EQ(batch, 32);
}

TEST(Option, KeepsNumbersWithinTheirBounds) {
  double share = 0.5;
  const Option dropout = number("dropout", share, from_to_below(0, 1), "");
  EXPECT_TRUE(dropout.set("0"));
  EXPECT_FALSE(dropout.set("1"));
  EXPECT_FALSE(dropout.set("nan"));
  const Option rate = number("rate", share, above(0), "");
  EXPECT_TRUE(rate.set("1e-5"));
  EXPECT_FALSE(rate.set("0"));
  EXPECT_FALSE(rate.set("inf"));
}

TEST(Option, ListsOfFixedLengthTakeThatManyNumbers) {
  std::array<double, 3> shares = {};
  const Option option = numbers("shares", shares, between(0, 1), "");
  EXPECT_TRUE(option.set("0.8, 0.1,0.1"));
  EXPECT_EQ(shares, (std::array<double, 3>{0.8, 0.1, 0.1}));
  EXPECT_FALSE(option.set("0.8,0.2"));
  EXPECT_FALSE(option.set("0.8,0.1,x"));
}

TEST(Option, EmptyTextIsAnEmptyList) {
  std::vector<std::int64_t> widths = {1};
  EXPECT_TRUE(numbers("widths", widths, any(), "").set(""));
  EXPECT_TRUE(widths.empty());
}

TEST(Option, ChoicesAndFlagsKnowTheirWords) {
  std::string device = "auto";
  EXPECT_TRUE(choice("device", device, {"auto", "cpu"}, "").set("cpu"));
  EXPECT_FALSE(choice("device", device, {"auto", "cpu"}, "").set("gpu"));
  EXPECT_EQ(device, "cpu");
  bool on = false;
  EXPECT_TRUE(flag("on", on, "").set("yes"));
  EXPECT_TRUE(on);
  EXPECT_FALSE(flag("on", on, "").set("maybe"));
}

}  // namespace
}  // namespace galen::options
