#include "data/sampling/split.h"

#include "data/files/dataset.h"
#include "galen/error.h"
#include "tests/data/small_dataset.h"
#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>
#include <vector>

namespace galen::data {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::int64_t> numbers(std::int64_t count) {
  std::vector<std::int64_t> values(static_cast<std::size_t>(count));
  std::iota(values.begin(), values.end(), 0);
  return values;
}

// Samples of each class in each subset.
std::map<std::int64_t, std::array<int, 3>> counts(const std::vector<Subset>& split, const std::vector<std::int64_t>& strata) {
  std::map<std::int64_t, std::array<int, 3>> result;
  for (std::size_t i = 0; i < split.size(); ++i) ++result[strata.empty() ? 0 : strata[i]][static_cast<std::size_t>(split[i])];
  return result;
}

TEST(DrawSplit, GivesEveryClassItsExactShares) {
  std::vector<std::int64_t> strata(300, 0);
  std::fill(strata.begin() + 200, strata.begin() + 287, 1);  // 87: 60.9, 8.7, 17.4
  std::fill(strata.begin() + 287, strata.end(), 5);          // 13: 9.1, 1.3, 2.6
  const auto found = counts(draw_split(numbers(300), strata, {}), strata);
  EXPECT_THAT(found.at(0), ElementsAre(140, 20, 40));
  EXPECT_THAT(found.at(1), ElementsAre(61, 9, 17));
  EXPECT_THAT(found.at(5), ElementsAre(9, 1, 3));
}

TEST(DrawSplit, SettlesTiesSoThatNoSubsetStaysEmpty) {
  std::vector<std::int64_t> strata(10, 0);
  std::fill(strata.begin() + 5, strata.end(), 1);  // 5 each: 3.5, 0.5, 1
  std::array<int, 3> sums = {};
  for (const auto& [stratum, found] : counts(draw_split(numbers(10), strata, {}), strata)) {
    for (std::size_t s = 0; s < 3; ++s) sums[s] += found[s];
  }
  EXPECT_THAT(sums, ElementsAre(7, 1, 2));
}

TEST(DrawSplit, KeepsPatientsWholeAndSharesNear) {
  std::vector<std::int64_t> groups;
  std::vector<std::int64_t> strata;
  for (std::int64_t patient = 0; patient < 400; ++patient) {
    for (std::int64_t i = 0; i <= patient % 7; ++i) {
      groups.push_back(1000 - patient);
      strata.push_back(patient % 3 == 0 ? 1 : i % 2);
    }
  }
  const std::vector<Subset> split = draw_split(groups, strata, {.seed = 4});
  std::map<std::int64_t, std::set<Subset>> sides;
  for (std::size_t i = 0; i < groups.size(); ++i) sides[groups[i]].insert(split[i]);
  for (const auto& [patient, subsets] : sides) EXPECT_EQ(subsets.size(), 1U) << patient;
  for (const auto& [stratum, found] : counts(split, strata)) {
    const double size = found[0] + found[1] + found[2];
    EXPECT_NEAR(found[0] / size, 0.7, 0.005) << stratum;
    EXPECT_NEAR(found[1] / size, 0.1, 0.005) << stratum;
    EXPECT_NEAR(found[2] / size, 0.2, 0.005) << stratum;
  }
}

TEST(DrawSplit, DependsOnIdsAndSeedAlone) {
  std::vector<std::int64_t> groups;
  std::vector<std::int64_t> strata;
  for (std::int64_t i = 0; i < 200; ++i) {
    groups.push_back(i / 2);
    strata.push_back(i / 2 % 3);
  }
  const std::vector<Subset> split = draw_split(groups, strata, {.seed = 3});
  EXPECT_EQ(split, draw_split(groups, strata, {.seed = 3}));
  EXPECT_NE(split, draw_split(groups, strata, {.seed = 4}));

  std::reverse(groups.begin(), groups.end());
  std::reverse(strata.begin(), strata.end());
  std::vector<Subset> reversed = draw_split(groups, strata, {.seed = 3});
  std::reverse(reversed.begin(), reversed.end());
  EXPECT_EQ(split, reversed);
}

TEST(DrawSplit, GivesEverySampleTheSameChance) {
  std::vector<int> tests(50, 0);
  const int seeds = 2000;
  for (int seed = 0; seed < seeds; ++seed) {
    const std::vector<Subset> split = draw_split(numbers(50), {}, {.seed = static_cast<std::uint64_t>(seed)});
    for (std::size_t i = 0; i < split.size(); ++i) tests[i] += split[i] == Subset::kTest;
  }
  for (const int count : tests) EXPECT_NEAR(count, 0.2 * seeds, 5 * std::sqrt(seeds * 0.2 * 0.8));
}

TEST(DrawSplit, RefusesSharesThatAreNone) {
  EXPECT_THROW(draw_split(numbers(3), {}, {.fractions = {0.7, 0.1, 0.1}}), UsageError);
  EXPECT_THROW(draw_split(numbers(3), {}, {.fractions = {1.2, -0.2, 0}}), UsageError);
  EXPECT_THAT(members(draw_split(numbers(3), {}, {.fractions = {0, 0, 1}}), Subset::kTest), ElementsAre(0, 1, 2));
}

TEST(Subset, HasNames) {
  for (const Subset subset : {Subset::kTrain, Subset::kValidation, Subset::kTest}) EXPECT_EQ(parse_subset(to_string(subset)), subset);
  EXPECT_EQ(parse_subset("val"), Subset::kValidation);
  EXPECT_EQ(parse_subset("valid"), Subset::kValidation);
  EXPECT_THROW(parse_subset("training"), UsageError);
}

class SplitOf : public testing::Test {
 protected:
  std::string write(const std::string& name, const std::vector<std::string>& groups, const std::vector<Subset>& split = {}) {
    test::write_small_images(folder_ / name, static_cast<std::int64_t>(groups.size()), 3, groups, split);
    return folder_ / name;
  }
  test::TemporaryFolder folder_;
};

TEST_F(SplitOf, FollowsThePatientsThroughTheFile) {
  std::vector<std::string> groups;
  for (int i = 0; i < 60; ++i) groups.push_back("patient " + std::to_string(i));
  const Dataset dataset({.file = write("one.h5", groups)});
  const std::vector<Subset> split = split_of(dataset, {});
  EXPECT_EQ(members(split, Subset::kTrain).size(), 42U);

  // Three places on, so that every patient keeps the class.
  std::rotate(groups.begin(), groups.begin() + 3, groups.end());
  const Dataset rotated({.file = write("two.h5", groups)});
  std::vector<Subset> expected = split;
  std::rotate(expected.begin(), expected.begin() + 3, expected.end());
  EXPECT_EQ(split_of(rotated, {}), expected);
}

TEST_F(SplitOf, PrefersTheStoredOneUnlessToldOtherwise) {
  const std::vector<Subset> stored = {Subset::kTest, Subset::kTrain, Subset::kValidation, Subset::kTest};
  const Dataset dataset({.file = write("data.h5", {"a", "b", "c", "a"}, stored)});
  EXPECT_EQ(split_of(dataset, {}), stored);
  EXPECT_EQ(split_of(dataset, {.source = SplitSource::kStored}), stored);
  EXPECT_NE(split_of(dataset, {.source = SplitSource::kDrawn}), stored);
  EXPECT_THAT(members(stored, Subset::kTest), ElementsAre(0, 3));
}

TEST_F(SplitOf, RefusesAPatientOnTwoSides) {
  const Dataset dataset({.file = write("data.h5", {"a", "b", "a"}, {Subset::kTrain, Subset::kTrain, Subset::kTest})});
  try {
    split_of(dataset, {});
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), testing::AllOf(HasSubstr("data.h5"), HasSubstr("/samples/split"), HasSubstr("patient a"), HasSubstr("test")));
  }
}

TEST_F(SplitOf, NamesWhatIsMissingWhereNoneIsStored) {
  const Dataset dataset({.file = write("data.h5", {"a", "b", "c"})});
  EXPECT_THAT([&] { split_of(dataset, {.source = SplitSource::kStored}); },
              testing::ThrowsMessage<Error>(testing::AllOf(HasSubstr("data.h5"), HasSubstr("/samples/split"))));
}

}  // namespace
}  // namespace galen::data
