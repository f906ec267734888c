#include "launch/terminal/status_text.h"

#include "galen/size_text.h"
#include "galen/terminal_text.h"
#include "trainer/logs/event_log.h"
#include "trainer/logs/figure.h"
#include "trainer/logs/progress.h"

#include <fmt/chrono.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>

namespace galen::launch {

namespace {

using nlohmann::ordered_json;
using trainer::Instant;
using trainer::RunStatus;

constexpr std::size_t kIndent = 12;

std::string clock_time(Instant time) {
  return fmt::format("{:%Y-%m-%d %H:%M:%S} UTC", fmt::gmtime(std::chrono::system_clock::to_time_t(time)));
}

std::string span(Instant from, Instant to) {
  return trainer::format_duration(std::chrono::round<std::chrono::seconds>(std::max(to - from, Instant::duration::zero())));
}

std::string row(const std::string& name, const std::string& value) {
  return wrap(fmt::format("{:<{}}{}", name, kIndent, value), kIndent) + "\n";
}

std::string position(const RunStatus& status) {
  if (status.total_steps == 0) return "";
  return fmt::format(", step {} of {} ({:.0f} %), epoch {} of {}", status.step, status.total_steps,
                     100.0 * static_cast<double>(status.step) / static_cast<double>(status.total_steps), status.epoch, status.epochs);
}

std::string checkpoint_text(const RunStatus& status, Instant now) {
  if (!status.checkpoint) return "none yet";
  const auto& [step, written, bytes, folder] = *status.checkpoint;
  return fmt::format("step {}, {} ago ({}), {}", step, span(written, now), clock_time(written),
                     size_text(static_cast<std::int64_t>(bytes)));
}

std::string hosts_text(const RunStatus& status) {
  std::vector<std::string> hosts;
  for (const auto& [name, ranks] : status.hosts) hosts.push_back(fmt::format("{} ({})", name, ranks));
  return fmt::format("{} on {}", status.workers, hosts.empty() ? "hosts unknown" : fmt::format("{}", fmt::join(hosts, ", ")));
}

// "0-3, 7"
std::string ranks_text(const std::vector<int>& ranks) {
  std::string text;
  for (std::size_t i = 0; i < ranks.size();) {
    std::size_t end = i + 1;
    while (end < ranks.size() && ranks[end] == ranks[end - 1] + 1) ++end;
    text += fmt::format("{}{}", text.empty() ? "" : ", ", ranks[i]);
    if (end - i > 1) text += fmt::format("-{}", ranks[end - 1]);
    i = end;
  }
  return text;
}

// Ranks with the same message share a line.
std::string last_message(const RunStatus& status) {
  std::map<std::string, std::vector<int>> ranks;
  for (const RunStatus::Rank& rank : status.ranks) {
    const std::string words = rank.words.empty() ? rank.silent ? "nothing" : rank.state : rank.words;
    ranks[fmt::format("step {} ({}) on {}, {}: {}", rank.step, rank.phase, rank.host, clock_time(rank.seen), words)].push_back(rank.rank);
  }
  std::vector<std::pair<std::vector<int>, std::string>> sorted;
  for (auto& [words, which] : ranks) sorted.emplace_back(std::move(which), words);
  std::sort(sorted.begin(), sorted.end());
  std::string text = "\nLast messages of the ranks\n";
  for (const auto& [which, words] : sorted) text += wrap(fmt::format("  {}: {}", ranks_text(which), words), 6) + "\n";
  return text;
}

std::string events_text(const RunStatus& status) {
  std::string text = "\nEvents\n";
  for (const RunStatus::Event& event : status.events) {
    std::string fields;
    for (const auto& [name, value] : event.fields) fields += fmt::format(" {} {}", name, value);
    text += wrap(fmt::format("  {}  {:<18}{}", clock_time(event.time), event.name, fields), 27) + "\n";
  }
  return text;
}

ordered_json time_json(std::optional<Instant> time) { return time ? ordered_json(trainer::time_stamp(*time)) : nullptr; }

template <typename Value>
ordered_json or_null(const std::optional<Value>& value) {
  return value ? ordered_json(*value) : nullptr;
}

ordered_json ranks_json(const RunStatus& status) {
  ordered_json ranks = ordered_json::array();
  for (const RunStatus::Rank& rank : status.ranks) {
    ranks.push_back({{"rank", rank.rank},
                     {"host", rank.host},
                     {"pid", rank.pid},
                     {"state", rank.state},
                     {"step", rank.step},
                     {"phase", rank.phase},
                     {"seen", time_json(rank.seen)},
                     {"moved", time_json(rank.moved)},
                     {"silent", rank.silent},
                     {"last_message", rank.words}});
  }
  return ranks;
}

}  // namespace

std::string to_text(const std::string& run, const RunStatus& status, Instant now) {
  std::string text = wrap(fmt::format("{}: {}{}", run, status.state, position(status)), kIndent) + "\n";
  if (!status.reason.empty()) text += wrap(status.reason, kIndent) + "\n";
  if (status.loss) text += row("loss", fmt::format("{:.4f}", *status.loss));
  if (status.samples_per_second) text += row("speed", fmt::format("{:.0f} samples/s", *status.samples_per_second));
  if (status.expected_end && status.goes_on()) {
    text += row("end", fmt::format("in {}, at {}", span(now, *status.expected_end), clock_time(*status.expected_end)));
  }
  if (status.validation) {
    std::vector<std::string> metrics;
    for (const auto& [name, value] : status.validation->metrics) metrics.push_back(name + " " + trainer::figure(value));
    text += row("validation", fmt::format("epoch {}: {}", status.validation->epoch, fmt::join(metrics, ", ")));
  }
  text += row("checkpoint", checkpoint_text(status, now));
  if (status.no_checkpoint) {
    text += row("", fmt::format("writing fails since {}: {}", clock_time(status.no_checkpoint->since), status.no_checkpoint->reason));
  }
  if (status.workers > 0) text += row("workers", hosts_text(status));
  if (status.seen) text += row("heartbeat", fmt::format("{} ago, started {}", span(*status.seen, now), clock_time(*status.started)));
  const bool broken = status.state == "failed" || status.state == "died" || status.state == "restarting" ||
                      std::any_of(status.ranks.begin(), status.ranks.end(), [](const RunStatus::Rank& rank) { return rank.silent; });
  if (broken && !status.ranks.empty()) text += last_message(status);
  if (!status.events.empty()) text += events_text(status);
  return text;
}

ordered_json to_json(const RunStatus& status) {
  ordered_json validation = nullptr, checkpoint = nullptr, failing = nullptr;
  if (status.validation) {
    validation = {{"step", status.validation->step}, {"epoch", status.validation->epoch}};
    for (const auto& [name, value] : status.validation->metrics) validation[name] = value;
  }
  if (status.checkpoint) {
    checkpoint = {{"step", status.checkpoint->step},
                  {"time", time_json(status.checkpoint->written)},
                  {"bytes", status.checkpoint->bytes},
                  {"folder", status.checkpoint->folder}};
  }
  if (status.no_checkpoint) failing = {{"since", time_json(status.no_checkpoint->since)}, {"reason", status.no_checkpoint->reason}};
  ordered_json hosts = ordered_json::object(), events = ordered_json::array();
  for (const auto& [name, ranks] : status.hosts) hosts[name] = ranks;
  for (const RunStatus::Event& event : status.events) {
    ordered_json json = {{"time", time_json(event.time)}, {"event", event.name}};
    for (const auto& [name, value] : event.fields) json[name] = value;
    events.push_back(json);
  }
  return {{"state", status.state},
          {"reason", status.reason},
          {"started", time_json(status.started)},
          {"seen", time_json(status.seen)},
          {"epoch", status.epoch},
          {"epochs", status.epochs},
          {"step", status.step},
          {"total_steps", status.total_steps},
          {"loss", or_null(status.loss)},
          {"samples_per_second", or_null(status.samples_per_second)},
          {"expected_end", time_json(status.expected_end)},
          {"validation", validation},
          {"checkpoint", checkpoint},
          {"no_checkpoint", failing},
          {"workers", status.workers},
          {"hosts", hosts},
          {"ranks", ranks_json(status)},
          {"events", events}};
}

}  // namespace galen::launch
