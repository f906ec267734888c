#include "trainer/logs/run_status.h"

#include "galen/error.h"
#include "galen/regular_file.h"
#include "trainer/checkpoint/store.h"
#include "trainer/logs/diagnosis.h"
#include "trainer/logs/event_log.h"
#include "trainer/logs/tail.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>

namespace galen::trainer {

namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;

constexpr std::size_t kMostEvents = 10;

void check_is_run(const fs::path& folder) {
  if (!fs::is_directory(folder))
    throw UsageError("{}: the folder does not exist. Name the folder of a run, such as runs/quickstart.", folder.string());
  for (const char* name : {"status.json", "metrics.jsonl", "checkpoints", "events.jsonl"}) {
    if (fs::exists(folder / name)) return;
  }
  throw UsageError(
      "{}: is not the folder of a run: it has no status.json, metrics.jsonl, checkpoints or events.jsonl. Name one, such as "
      "runs/quickstart.",
      folder.string());
}

// A damaged file counts as missing: a value of an unexpected type ends the reading of its object.
template <typename Read>
void try_reading(Read read) {
  try {
    read();
  } catch (const ordered_json::exception&) {
  }
}

ordered_json parse(const std::string& text) { return ordered_json::parse(text, nullptr, /*allow_exceptions=*/false); }

Instant instant(const ordered_json& json, const char* key) { return parse_time_stamp(json.value(key, std::string())).value_or(Instant()); }

std::optional<double> number(const ordered_json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_number() ? std::optional(found->get<double>()) : std::nullopt;
}

// Interval between heartbeats, in seconds.
double interval_of(const ordered_json& json) { return number(json, "interval").value_or(1); }

// A heartbeat may be late: two may be missing, and it may take two seconds to reach another host.
double limit_of(const ordered_json& json) { return 3 * interval_of(json) + 2; }

void read_progress(const fs::path& folder, const Silence& is_silent, RunStatus& status) {
  if (!special_kind((folder / "status.json").string()).empty()) return;
  std::ifstream file(folder / "status.json");
  const ordered_json json = parse({std::istreambuf_iterator<char>(file), {}});
  if (!json.is_object()) return;
  status.state = json.value("state", "unknown");
  status.started = instant(json, "started");
  status.seen = instant(json, "time");
  status.silent = !has_ended(status.state) && is_silent(kRunSign, *status.seen, limit_of(json));
  status.workers = json.value("ranks", 0);
  status.epoch = json.value("epoch", std::int64_t{0});
  status.epochs = json.value("epochs", std::int64_t{0});
  status.step = json.value("step", std::int64_t{0});
  status.total_steps = json.value("total_steps", std::int64_t{0});
  status.loss = number(json, "loss");
  status.samples_per_second = number(json, "samples_per_second");
  if (const auto left = number(json, "seconds_left")) {
    status.expected_end = *status.seen + std::chrono::duration_cast<Instant::duration>(std::chrono::duration<double>(*left));
  }
}

void read_validation(const fs::path& folder, RunStatus& status) {
  const std::string file = (folder / "metrics.jsonl").string();
  for (const std::size_t bytes : {std::size_t{1} << 16, std::size_t{1} << 40}) {
    const std::vector<std::string> lines = last_lines(file, bytes);
    const auto last = std::find_if(lines.rbegin(), lines.rend(),
                                   [](const std::string& line) { return line.find("\"kind\":\"validation\"") != std::string::npos; });
    if (last == lines.rend()) continue;
    const ordered_json json = parse(*last);
    if (!json.is_object()) return;
    status.validation = {json.value("step", std::int64_t{0}), json.value("epoch", std::int64_t{0}), {}};
    for (const auto& [name, value] : json.items()) {
      if (name == "step" || name == "epoch") continue;
      if (value.is_number()) status.validation->metrics.emplace_back(name, value.get<double>());
      if (value.is_null()) status.validation->metrics.emplace_back(name, std::numeric_limits<double>::quiet_NaN());
    }
    return;
  }
}

// Files may vanish while they are read, when the run prunes its checkpoints.
std::uint64_t size_of(const fs::path& folder) {
  std::uint64_t bytes = 0;
  std::error_code none;
  for (fs::recursive_directory_iterator entry(folder, none), end; !none && entry != end; entry.increment(none)) {
    std::error_code gone;
    const std::uintmax_t size = entry->is_regular_file(gone) ? entry->file_size(gone) : 0;
    if (!gone) bytes += size;
  }
  return bytes;
}

void read_checkpoint(const fs::path& folder, RunStatus& status) {
  const std::vector<std::string> folders = CheckpointStore(folder.string()).newest_first();
  if (folders.empty()) return;
  const fs::path newest = folders.front();
  RunStatus::Checkpoint checkpoint{.step = 0, .written = {}, .bytes = size_of(newest), .folder = newest.string()};
  std::sscanf(newest.filename().c_str(), "step-%ld", &checkpoint.step);
  std::error_code gone;
  const auto written = fs::last_write_time(newest / "manifest.json", gone);
  if (!gone) checkpoint.written = std::chrono::time_point_cast<Instant::duration>(std::chrono::file_clock::to_sys(written));
  status.checkpoint = checkpoint;
}

RunStatus::Rank parse_rank(const std::vector<std::string>& lines, const Silence& is_silent) {
  const ordered_json json = ordered_json::parse(lines.at(0));
  RunStatus::Rank rank;
  rank.rank = json.at("rank");
  rank.host = json.value("host", "");
  rank.pid = json.value("pid", std::int64_t{0});
  rank.state = json.value("state", "");
  rank.step = json.value("step", std::int64_t{0});
  rank.phase = json.value("phase", "");
  rank.seen = instant(json, "time");
  rank.moved = instant(json, "moved");
  rank.silent = !has_ended(rank.state) && is_silent(rank.rank, rank.seen, limit_of(json));
  if (lines.size() > 1) rank.words = ordered_json::parse(lines[1]).value("words", "");
  return rank;
}

void read_ranks(const fs::path& folder, const Silence& is_silent, RunStatus& status) {
  std::map<int, RunStatus::Rank> ranks;
  std::error_code none;
  for (fs::directory_iterator entry(folder / "ranks", none), end; !none && entry != end; entry.increment(none)) {
    const std::vector<std::string> lines = last_lines(entry->path().string());
    if (lines.empty()) continue;
    try_reading([&] {
      RunStatus::Rank rank = parse_rank(lines, is_silent);
      ranks[rank.rank] = std::move(rank);
    });
  }
  std::map<std::string, int> hosts;
  for (auto& [number, rank] : ranks) {
    hosts[rank.host] += 1;
    if (rank.state == "coordinating") status.workers -= 1;
    status.ranks.push_back(std::move(rank));
  }
  status.hosts.assign(hosts.begin(), hosts.end());
}

void read_events(const fs::path& folder, RunStatus& status) {
  for (const std::string& line : last_lines((folder / "events.jsonl").string())) {
    try_reading([&] {
      const ordered_json json = ordered_json::parse(line);
      RunStatus::Event event{instant(json, "time"), json.at("event"), {}};
      for (const auto& [name, value] : json.items()) {
        if (name != "time" && name != "event") event.fields.emplace_back(name, value.is_string() ? value.get<std::string>() : value.dump());
      }
      status.events.push_back(std::move(event));
    });
  }
}

// Looks for the first failure after the newest checkpoint.
void find_failing_checkpoints(RunStatus& status) {
  const Instant last = status.checkpoint ? status.checkpoint->written : Instant();
  for (const RunStatus::Event& event : status.events) {
    if (event.name != "checkpoint_failed" || event.time <= last) continue;
    const Instant since = status.no_checkpoint ? status.no_checkpoint->since : event.time;
    std::string reason;
    for (const auto& [name, value] : event.fields) {
      if (name == "reason" || name == "error") reason = value;
    }
    status.no_checkpoint = {since, reason};
  }
}

}  // namespace

// A rank that is silent at this point stays silent.
void note_death(const std::string& folder) {
  try {
    const RunStatus status = read_run_status(folder, std::chrono::system_clock::now() + std::chrono::hours(24));
    if (status.state == "died") append_event(folder, "died", {{"reason", status.reason}});
  } catch (const std::exception&) {
    // Thrown if nothing has run in the folder yet.
  }
}

RunStatus read_run_status(const std::string& folder, Instant now, const Silence& silence) {
  check_is_run(folder);
  const Silence by_clock = [now](int, Instant seen, double limit) { return std::chrono::duration<double>(now - seen).count() > limit; };
  const Silence& is_silent = silence ? silence : by_clock;
  RunStatus status;
  try_reading([&] { read_progress(folder, is_silent, status); });
  try_reading([&] { read_validation(folder, status); });
  read_checkpoint(folder, status);
  read_ranks(folder, is_silent, status);
  read_events(folder, status);
  find_failing_checkpoints(status);
  diagnose(status, now);
  std::erase_if(status.events, [](const RunStatus::Event& event) { return event.name == "checkpoint"; });  // they would hide the others
  if (status.events.size() > kMostEvents) status.events.erase(status.events.begin(), status.events.end() - kMostEvents);
  return status;
}

}  // namespace galen::trainer
