#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace galen::trainer {

/// Appends a line to RUN/events.jsonl, the events of a run and of the processes that supervise it (started, resumed, checkpoint, stopped,
/// failed, restarted …): a JSON object of `time` (UTC, ISO 8601, milliseconds), `event`, then `fields` in order. Lines are never changed.
/// Several processes may append at once. A failed write is ignored: an event log ends no run.
void append_event(const std::string& run_folder, const std::string& event,
                  const std::vector<std::pair<std::string, std::string>>& fields = {});

/// The current time in the format of events: 2026-01-31T12:00:00.000Z.
std::string time_stamp();
std::string time_stamp(std::chrono::system_clock::time_point time);

/// Parses such a time; none for other text.
std::optional<std::chrono::system_clock::time_point> parse_time_stamp(const std::string& text);

}  // namespace galen::trainer
