#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace galen::launch {

/// A run's audit.jsonl: who ran what on which data, when. A JSON object a line: `line` (from 1), `previous`, `time`, `event`, then what
/// the event tells. `previous` is the SHA-256 of the line before (without its end), on the first line random: a chain, which breaks
/// where a line is changed, taken out or put in. audit.head holds the number and the hash of the last line, so that lines cannot be
/// taken off the end unseen either. With a key the hashes are HMAC-SHA-256, and only a holder of the key can make the chain again.
///
/// Several processes may append at once: the file is locked meanwhile. One that finds it locked for longer than the patience names the
/// holder.
class AuditLog {
 public:
  using Fields = std::vector<std::pair<std::string, std::string>>;

  /// `key`: empty, or what read_audit_key() gave.
  explicit AuditLog(const std::string& run_folder, std::string key = {}, std::chrono::milliseconds patience = std::chrono::seconds(10));

  /// Throws galen::UsageError where the log was begun with a key and this one has none, or the other way round.
  void check_key() const;

  /// Adds a line, on the disk when this returns. A last line that a crash cut off stays as it is, and the new one goes on behind it. What
  /// cannot be written throws galen::Error; for the key see check_key().
  void append(const std::string& event, const Fields& fields);

  /// The same, unless the last line is of that event already: for ranks that fail together.
  void append_once(const std::string& event, const Fields& fields);

 private:
  void check_key(const std::string& lines) const;
  void add(const std::string& event, const Fields& fields, bool once);

  std::string file_;
  std::string head_;
  std::string key_;
  std::chrono::milliseconds patience_;
};

/// What audit.head says: how many lines there are, and the hash of the last.
struct AuditHead {
  std::int64_t lines = 0;
  std::string hash;
};
std::string to_text(const AuditHead& head);                          ///< "12:ab34…"
std::optional<AuditHead> parse_audit_head(const std::string& text);  ///< nothing where it is no such text

std::string audit_file(const std::string& run_folder);
std::string audit_head_file(const std::string& run_folder);

}  // namespace galen::launch
