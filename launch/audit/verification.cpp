#include "launch/audit/verification.h"

#include "galen/error.h"
#include "galen/regular_file.h"
#include "launch/audit/hashes.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string_view>

namespace galen::launch {

namespace {

struct Line {
  std::string text;
  std::string hash;
  std::int64_t number = 0;  // as stored in the line; 0: it is not JSON
  std::string previous;
  bool keyed = false;
};

Line parse_line(std::string_view text, const std::string& key) {
  Line line{std::string(text), sha256(text, key), 0, {}, false};
  const auto json = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object() || !json.contains("line") || !json["line"].is_number_integer()) return line;
  line.number = json["line"].get<std::int64_t>();
  if (json.contains("previous") && json["previous"].is_string()) line.previous = json["previous"];
  line.keyed = json.contains("keyed");
  return line;
}

struct Log {
  std::vector<Line> lines;
  bool ends_torn = false;
};

Log read_log(const std::string& file, const std::string& key) {
  expect_regular_file(file);
  std::ifstream in(file, std::ios::binary);
  if (!in) throw UsageError("{}: the audit log does not exist. Name the folder of a run started by galen train.", file);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  Log log;
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    log.ends_torn = end == std::string_view::npos;
    log.lines.push_back(parse_line(rest.substr(0, end), key));
    rest.remove_prefix(log.ends_torn ? rest.size() : end + 1);
  }
  return log;
}

// Describes the break if line `i` (from 0) does not match the line before it. If the line after it does not match either, line i itself was
// changed.
std::string describe_break(const std::vector<Line>& lines, std::size_t i, const std::optional<AuditHead>& head) {
  const Line& line = lines[i];
  for (std::size_t later = i + 1; later < lines.size(); ++later) {
    if (lines[later].previous != lines[i - 1].hash) continue;
    return later == i + 1 ? fmt::format("line {} was inserted", i + 1) : fmt::format("lines {} to {} were inserted", i + 1, later);
  }
  for (std::size_t earlier = 0; earlier + 1 < i; ++earlier) {
    if (lines[earlier].hash == line.previous) {
      return i - earlier == 2 ? fmt::format("line {} was inserted", earlier + 2)
                              : fmt::format("lines {} to {} were inserted", earlier + 2, i);
    }
  }
  const auto expected = static_cast<std::int64_t>(i) + 1;
  if (line.number > expected) {
    return line.number == expected + 1 ? fmt::format("line {} was removed", expected)
                                       : fmt::format("lines {} to {} were removed", expected, line.number - 1);
  }
  const bool is_last = i + 1 == lines.size();
  const bool itself = is_last ? head && head->lines == expected && head->hash != line.hash : lines[i + 1].previous != line.hash;
  return fmt::format("line {} was changed", itself ? expected : expected - 1);
}

// A line truncated by a crash is not JSON, and the line after it has its hash.
std::string check_chain(const Log& log, const std::optional<AuditHead>& head, std::vector<std::string>& notes) {
  const std::vector<Line>& lines = log.lines;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto position = static_cast<std::int64_t>(i) + 1;
    if (lines[i].number == 0) {
      const bool known = i + 1 < lines.size() ? lines[i + 1].previous == lines[i].hash : log.ends_torn;
      if (!known) return fmt::format("line {} was changed", position);
      notes.push_back(fmt::format("line {} was truncated by a crash", position));
      continue;
    }
    if (i > 0 && lines[i].previous != lines[i - 1].hash) return describe_break(lines, i, head);
    if (i == 0 && lines[i].number > 1) {
      return lines[i].number == 2 ? "line 1 was removed" : fmt::format("lines 1 to {} were removed", lines[i].number - 1);
    }
    if (lines[i].number != position) return fmt::format("line {} was changed", position);
  }
  return {};
}

// Whether the line that `head` names exists and is unchanged.
std::string check_head(const std::vector<Line>& lines, const AuditHead& head, const char* whose) {
  const auto count = static_cast<std::int64_t>(lines.size());
  if (count < head.lines) {
    return count + 1 == head.lines ? fmt::format("line {}, the last one by {}, was removed", head.lines, whose)
                                   : fmt::format("lines {} to {}, the last ones by {}, were removed", count + 1, head.lines, whose);
  }
  if (lines[static_cast<std::size_t>(head.lines) - 1].hash != head.hash) {
    return fmt::format("line {} does not match {}: it was changed, or the log was rewritten", head.lines, whose);
  }
  return {};
}

std::optional<AuditHead> read_head(const std::string& run_folder) {
  expect_regular_file(audit_head_file(run_folder));
  std::ifstream in(audit_head_file(run_folder));
  std::string text;
  std::getline(in, text);
  return parse_audit_head(text);
}

void check_key(const std::vector<Line>& lines, const std::string& key, const std::string& file) {
  const bool keyed = std::any_of(lines.begin(), lines.end(), [](const Line& line) { return line.keyed; });
  if (keyed && key.empty()) throw UsageError("{}: was written with a key. Name it with --audit.key_file.", file);
  if (!keyed && !key.empty()) throw UsageError("{}: was written without a key. Remove --audit.key_file.", file);
}

}  // namespace

AuditVerification verify_audit(const std::string& run_folder, const std::string& key, const std::optional<AuditHead>& witness) {
  const Log log = read_log(audit_file(run_folder), key);
  check_key(log.lines, key, audit_file(run_folder));
  AuditVerification found;
  found.lines = static_cast<std::int64_t>(log.lines.size());
  if (!log.lines.empty()) found.head = {found.lines, log.lines.back().hash};
  const std::optional<AuditHead> head = read_head(run_folder);
  found.fault = check_chain(log, head, found.notes);
  if (!head) {
    found.notes.push_back("audit.head is missing: lines removed at the end cannot be detected");
  } else if (found.fault.empty()) {
    found.fault = check_head(log.lines, *head, "audit.head");
    if (found.fault.empty() && found.lines > head->lines + 1)
      found.fault = fmt::format("line {} was added by another program", head->lines + 1);
    if (found.fault.empty() && found.lines == head->lines + 1 && !log.ends_torn) {
      found.notes.push_back(fmt::format("line {} is not in audit.head yet, as after a crash between the two writes", found.lines));
    }
  }
  if (witness && found.fault.empty()) found.fault = check_head(log.lines, *witness, "--head");
  return found;
}

}  // namespace galen::launch
