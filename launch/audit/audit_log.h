#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace galen::launch {

/// A run's audit.jsonl records who ran what on which data, and when. Each line is a JSON object: `line` (from 1), `previous`, `time`,
/// `event`, then the event's fields. `previous` is the SHA-256 of the line before (without its line end), random in the first line: a chain
/// that breaks where a line is changed, removed or inserted. audit.head holds number and hash of the last line, so that removed last lines
/// are detected as well. With a key the hashes are HMAC-SHA-256, and only a holder of the key can recompute the chain.
///
/// Several processes may append at once: the file is locked meanwhile. If it is locked for longer than the patience, the error names the
/// holder.
class AuditLog {
 public:
  using Fields = std::vector<std::pair<std::string, std::string>>;

  /// `key`: empty, or the result of read_audit_key().
  explicit AuditLog(const std::string& run_folder, std::string key = {}, std::chrono::milliseconds patience = std::chrono::seconds(10));

  /// Throws galen::UsageError if the log was started with a key and this one has none, or the other way round.
  void check_key() const;

  /// Adds a line, which is on disk when this returns. A last line truncated by a crash is kept, and the new one follows it. Throws
  /// galen::Error if it cannot be written; for the key see check_key().
  void append(const std::string& event, const Fields& fields);

  /// As append(), unless the last line has that event already: for ranks that fail together.
  void append_once(const std::string& event, const Fields& fields);

 private:
  void check_key(const std::string& lines) const;
  void add(const std::string& event, const Fields& fields, bool once);

  std::string file_;
  std::string head_;
  std::string key_;
  std::chrono::milliseconds patience_;
};

/// The contents of audit.head: the number of lines, and the hash of the last.
struct AuditHead {
  std::int64_t lines = 0;
  std::string hash;
};
std::string to_text(const AuditHead& head);                          ///< "12:ab34…"
std::optional<AuditHead> parse_audit_head(const std::string& text);  ///< none for other text

std::string audit_file(const std::string& run_folder);
std::string audit_head_file(const std::string& run_folder);

}  // namespace galen::launch
