#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace galen::trainer {

/// Adds a line to RUN/events.jsonl: the events of a run and of the processes that supervise it (started, resumed, checkpoint, stopped,
/// failed, restarted …). A JSON object of `time` (UTC, ISO 8601, milliseconds), `event`, then `fields` in their order. Lines are never
/// changed afterwards. Several processes may add lines at once. A line that cannot be written is left out: an event log ends no run.
void append_event(const std::string& run_folder, const std::string& event,
                  const std::vector<std::pair<std::string, std::string>>& fields = {});

/// Now, as events state it: 2026-01-31T12:00:00.000Z.
std::string time_stamp();
std::string time_stamp(std::chrono::system_clock::time_point time);

/// The instant that such text states; nothing for other text.
std::optional<std::chrono::system_clock::time_point> parse_time_stamp(const std::string& text);

}  // namespace galen::trainer
