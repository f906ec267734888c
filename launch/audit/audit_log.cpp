#include "launch/audit/audit_log.h"

#include "galen/atomic_file.h"
#include "galen/error.h"
#include "galen/lock_holder.h"
#include "galen/own_file.h"
#include "galen/regular_file.h"
#include "launch/audit/hashes.h"
#include "trainer/logs/event_log.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string_view>
#include <thread>

namespace galen::launch {

namespace {

[[noreturn]] void fail(const std::string& file, const char* what) {
  throw Error("{}: cannot be {}: {}. Check that the run's folder is writable and its disk is not full.", file, what, reason_of(errno));
}

// An open file locked against other processes, which hold the lock only while they write a line. File systems without locks are used
// unlocked.
class LockedFile {
 public:
  LockedFile(const std::string& file, std::chrono::milliseconds patience) : descriptor_(open_own(file, O_RDWR | O_APPEND | O_CREAT)) {
    if (descriptor_ < 0) fail(file, "opened");
    const auto end = std::chrono::steady_clock::now() + patience;
    while (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0 && (errno == EWOULDBLOCK || errno == EINTR)) {
      if (std::chrono::steady_clock::now() >= end) throw_held(file, patience);
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
  }
  ~LockedFile() { ::close(descriptor_); }
  LockedFile(const LockedFile&) = delete;
  LockedFile& operator=(const LockedFile&) = delete;

  int descriptor() const { return descriptor_; }

 private:
  [[noreturn]] void throw_held(const std::string& file, std::chrono::milliseconds patience) const {
    const std::string holder = lock_holder(descriptor_);
    ::close(descriptor_);
    throw Error("{}: {} has locked it for {:.1f} s, so no line can be added. Check that process (is it stopped, or a backup?), or end it.",
                file, holder, std::chrono::duration<double>(patience).count());
  }

  int descriptor_;
};

void write_all(int descriptor, const std::string& text, const std::string& file) {
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t written = ::write(descriptor, text.data() + done, text.size() - done);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) fail(file, "written");
    done += static_cast<std::size_t>(written);
  }
  if (::fdatasync(descriptor) != 0) fail(file, "synced to disk");
}

std::string read_all(const std::string& file) {
  if (!special_kind(file).empty()) return "";
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void publish(const AuditHead& head, const std::string& file) {
  AtomicFile made(file, /*overwrite=*/true, Links::kRefuse);
  made.write(to_text(head) + "\n");
  made.publish();
}

bool is_of_event(std::string_view line, const std::string& event) {
  const auto json = nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false);
  return json.is_object() && json.contains("event") && json["event"] == event;
}

// Whether the log has a key, by its first line.
bool is_keyed(const std::string& text) {
  const auto json = nlohmann::json::parse(text.substr(0, text.find('\n')), nullptr, /*allow_exceptions=*/false);
  return json.is_object() && json.contains("keyed");
}

}  // namespace

AuditLog::AuditLog(const std::string& run_folder, std::string key, std::chrono::milliseconds patience)
    : file_(audit_file(run_folder)), head_(audit_head_file(run_folder)), key_(std::move(key)), patience_(patience) {}

void AuditLog::check_key() const { check_key(read_all(file_)); }

void AuditLog::check_key(const std::string& lines) const {
  if (lines.empty() || is_keyed(lines) != key_.empty()) return;
  throw UsageError("{}: was started {} a key (audit.key_file), and can only be continued so.", file_, key_.empty() ? "with" : "without");
}

void AuditLog::append(const std::string& event, const Fields& fields) { add(event, fields, /*once=*/false); }

void AuditLog::append_once(const std::string& event, const Fields& fields) { add(event, fields, /*once=*/true); }

// The line first, then the head: after a crash in between, the head is one line behind, which verification accepts.
void AuditLog::add(const std::string& event, const Fields& fields, bool once) {
  const LockedFile locked(file_, patience_);
  const std::string before = read_all(file_);
  const bool torn = !before.empty() && before.back() != '\n';
  const std::int64_t lines = std::count(before.begin(), before.end(), '\n') + (torn ? 1 : 0);
  std::string_view last = before;
  if (!torn && !last.empty()) last.remove_suffix(1);
  last = last.substr(last.rfind('\n') + 1);
  if (once && is_of_event(last, event)) return;
  check_key(before);

  nlohmann::ordered_json line = {
      {"line", lines + 1}, {"previous", lines == 0 ? random_hex() : sha256(last, key_)}, {"time", trainer::time_stamp()}, {"event", event}};
  if (!key_.empty()) line["keyed"] = true;
  for (const auto& [name, value] : fields) line[name] = value;
  const std::string text = line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  write_all(locked.descriptor(), (torn ? "\n" : "") + text + "\n", file_);
  publish({lines + 1, sha256(text, key_)}, head_);
}

std::string to_text(const AuditHead& head) { return fmt::format("{}:{}", head.lines, head.hash); }

std::optional<AuditHead> parse_audit_head(const std::string& text) {
  AuditHead head;
  const std::size_t colon = text.find(':');
  if (colon == std::string::npos || text.size() - colon - 1 < 64) return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + colon, head.lines);
  if (error != std::errc() || end != text.data() + colon || head.lines < 1) return std::nullopt;
  head.hash = text.substr(colon + 1, 64);
  return head;
}

std::string audit_file(const std::string& run_folder) { return run_folder + "/audit.jsonl"; }
std::string audit_head_file(const std::string& run_folder) { return run_folder + "/audit.head"; }

}  // namespace galen::launch
