#include "trainer/logs/event_log.h"

#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

namespace galen::trainer {
namespace {

using testing::MatchesRegex;

std::vector<nlohmann::json> lines_of(const std::string& file) {
  std::vector<nlohmann::json> lines;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) lines.push_back(nlohmann::json::parse(line));
  return lines;
}

TEST(EventLog, KeepsEventsInTheirOrderWithTimeAndFields) {
  const test::TemporaryFolder folder;
  append_event(folder.path().string(), "started", {{"workers", "4"}});
  append_event(folder.path().string(), "failed", {{"rank", "2"}, {"reason", "disk \"full\"\n\xff"}});
  const auto lines = lines_of((folder / "events.jsonl").string());
  ASSERT_EQ(lines.size(), 2);
  EXPECT_EQ(lines[0].at("event"), "started");
  EXPECT_EQ(lines[0].at("workers"), "4");
  EXPECT_EQ(lines[1].at("rank"), "2");
  EXPECT_THAT(lines[1].at("time").get<std::string>(), MatchesRegex("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\\.[0-9]{3}Z"));
  EXPECT_LE(lines[0].at("time"), lines[1].at("time"));
}

TEST(EventLog, LinesOfSeveralWritersDoNotMix) {
  const test::TemporaryFolder folder;
  {
    std::vector<std::jthread> writers;
    for (int w = 0; w < 4; ++w) {
      writers.emplace_back([&, w] {
        for (int i = 0; i < 50; ++i)
          append_event(folder.path().string(), "checkpoint", {{"by", std::to_string(w)}, {"text", std::string(500, 'x')}});
      });
    }
  }
  EXPECT_EQ(lines_of((folder / "events.jsonl").string()).size(), 200);
}

TEST(EventLog, AMissingFolderEndsNoRun) { EXPECT_NO_THROW(append_event("/nowhere/at/all", "started")); }

}  // namespace
}  // namespace galen::trainer
