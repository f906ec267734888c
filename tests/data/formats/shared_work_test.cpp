#include "data/formats/shared_work.h"

#include "tests/data/import/workers_as_threads.h"
#include "tests/support/error_text.h"

#include <gmock/gmock.h>

#include <atomic>
#include <mutex>

namespace galen::data {
namespace {

using testing::HasSubstr;

constexpr std::size_t kItems = 23;

TEST(SharedWork, EachItemIsReadOnceAndKnownToAll) {
  for (const int size : {1, 2, 3, 4, 8, 30}) {
    SCOPED_TRACE(size);
    std::array<std::atomic<int>, kItems> reads = {};
    test::run_as_workers(size, [&](const ImportWorkers& workers) {
      const auto all = read_once<std::string>(kItems, workers, [&](std::size_t i) {
        ++reads[i];
        return fmt::format("item {}", i);
      });
      ASSERT_EQ(all.size(), kItems);
      for (std::size_t i = 0; i < kItems; ++i) EXPECT_EQ(all[i].get(), fmt::format("item {}", i));
    });
    for (const auto& count : reads) EXPECT_EQ(count, 1);
  }
}

TEST(SharedWork, WhatIsBadIsBadOnAllRanks) {
  test::run_as_workers(3, [&](const ImportWorkers& workers) {
    const auto all = read_once<int>(kItems, workers, [&](std::size_t i) -> int {
      if (i % 5 == 0) throw Error("item {} is damaged", i);
      if (i == 7) throw MissingFile("item {} is missing", i);
      return static_cast<int>(i);
    });
    for (std::size_t i = 0; i < kItems; ++i) {
      EXPECT_EQ(all[i].is_good(), i % 5 != 0 && i != 7);
      if (i % 5 != 0) continue;
      EXPECT_EQ(test::error_text([&] { all[i].get(); }), fmt::format("item {} is damaged", i));
    }
    EXPECT_THROW(all[7].get(), MissingFile);
  });
}

// Hosts need not see the same disks.
TEST(SharedWork, WhatAnotherRankCannotReadRankZeroReads) {
  test::run_as_workers(3, [&](const ImportWorkers& workers) {
    const auto all = read_once<int>(kItems, workers, [&](std::size_t i) -> int {
      if (workers.rank == 2 || i == 3) throw Error("no such file");
      return static_cast<int>(i);
    });
    for (std::size_t i = 0; i < kItems; ++i) EXPECT_EQ(all[i].is_good(), i != 3) << i;
  });
}

TEST(SharedWork, AWrongOptionEndsAllRanksWithOneSentence) {
  std::mutex mutex;
  std::vector<std::string> words;
  test::run_as_workers(4, [&](const ImportWorkers& workers) {
    try {
      read_once<int>(kItems, workers, [&](std::size_t i) -> int {
        if (i == 12 || i == 20) throw UsageError("item {} asks for another option", i);
        return 0;
      });
      ADD_FAILURE() << "nothing was thrown";
    } catch (const UsageError& error) {
      const std::lock_guard lock(mutex);
      words.emplace_back(error.what());
    }
  });
  EXPECT_EQ(words, std::vector<std::string>(4, "item 12 asks for another option"));
}

TEST(SharedWork, RankZeroWorksForAll) {
  std::atomic<int> calls = 0;
  test::run_as_workers(4, [&](const ImportWorkers& workers) {
    EXPECT_EQ(from_first_rank<std::string>(workers, [&] { return fmt::format("call {}", ++calls); }), "call 1");
    EXPECT_THROW(from_first_rank<int>(workers, [&]() -> int { throw UsageError("wrong"); }), UsageError);
    EXPECT_THROW(from_first_rank<int>(workers, [&]() -> int { throw MissingFile("gone"); }), MissingFile);
    EXPECT_THAT(test::error_text([&] { from_first_rank<int>(workers, [&]() -> int { throw Error("damaged"); }); }), HasSubstr("damaged"));
  });
  EXPECT_EQ(calls, 1);
}

}  // namespace
}  // namespace galen::data
