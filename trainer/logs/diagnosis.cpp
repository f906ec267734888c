#include "trainer/logs/diagnosis.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>

namespace galen::trainer {

namespace {

using namespace std::chrono_literals;
using Rank = RunStatus::Rank;

constexpr std::size_t kMostNamed = 3;
constexpr auto kStart = 60s;    // time for a started job to write its first heartbeat
constexpr auto kPause = 15min;  // longest pause before a restart

bool has_failed(const Rank& rank) { return rank.state == "failed"; }
bool has_crashed(const Rank& rank) { return rank.words.starts_with("crashed"); }
bool is_gone_without_words(const Rank& rank) { return rank.silent && rank.words.empty(); }

std::string place(const Rank& rank) { return fmt::format("rank {} on {}, step {} ({})", rank.rank, rank.host, rank.step, rank.phase); }

std::string words(const Rank& rank) { return fmt::format("{}: {}", place(rank), rank.words); }

std::string silence(const Rank& rank) {
  return fmt::format("{}: no heartbeat since {:%Y-%m-%d %H:%M:%S} UTC and no last message", place(rank),
                     fmt::gmtime(std::chrono::system_clock::to_time_t(rank.seen)));
}

// Describes the ranks selected by `belongs`, one clause each.
std::string describe(const std::vector<Rank>& ranks, bool (*belongs)(const Rank&), std::string (*sentence)(const Rank&)) {
  std::string text;
  std::size_t count = 0;
  for (const Rank& rank : ranks) {
    if (!belongs(rank) || ++count > kMostNamed) continue;
    text += (text.empty() ? "" : "; ") + sentence(rank);
  }
  return count > kMostNamed ? fmt::format("{}; and {} more", text, count - kMostNamed) : text;
}

std::string why_it_died(const std::vector<Rank>& ranks) {
  if (const std::string crashes = describe(ranks, has_crashed, words); !crashes.empty()) return crashes;
  if (const std::string silent = describe(ranks, is_gone_without_words, silence); !silent.empty()) {
    return silent + ". Killed (SIGKILL, or out of memory), or its host is gone.";
  }
  return describe(
      ranks, [](const Rank& rank) { return !rank.words.empty(); }, words);
}

const RunStatus::Event* last_of_supervisor(const RunStatus& status) {
  const auto last = std::find_if(status.events.rbegin(), status.events.rend(), [](const RunStatus::Event& event) {
    return event.name == "launched" || event.name == "rank_lost" || event.name == "restarted" || event.name == "gave_up";
  });
  return last == status.events.rend() ? nullptr : &*last;
}

bool will_be_restarted(const RunStatus& status, Instant now) {
  const RunStatus::Event* last = last_of_supervisor(status);
  if (last == nullptr || last->name == "gave_up") return false;
  const Instant since = std::max(last->time, status.seen.value_or(Instant()));
  return now - since < (last->name == "rank_lost" ? std::chrono::seconds(kPause) : kStart);
}

}  // namespace

bool has_ended(const std::string& state) { return state == "finished" || state == "stopped" || state == "failed"; }

void diagnose(RunStatus& status, Instant now) {
  if (status.state == "unknown" || status.state == "finished" || status.state == "stopped") return;
  if (std::any_of(status.ranks.begin(), status.ranks.end(), has_failed)) {
    status.state = "failed";
    status.reason = describe(status.ranks, has_failed, words);
  } else if (status.silent) {
    status.state = "died";
    status.reason = why_it_died(status.ranks);
  } else {
    status.reason = describe(status.ranks, is_gone_without_words, silence);
  }
  const bool over = status.state == "failed" || status.state == "died";
  if (over && will_be_restarted(status, now)) status.state = "restarting";
}

}  // namespace galen::trainer
