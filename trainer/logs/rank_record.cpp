#include "trainer/logs/rank_record.h"

#include "galen/own_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <nlohmann/json.hpp>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <string_view>

namespace galen::trainer {

namespace {

constexpr std::size_t kMostWords = 3000;

// Globals, as signal handlers get only the signal's number.
std::atomic<int> record_in_use = -1;
std::atomic<bool> has_spoken = false;

struct CrashSignal {
  int number;
  std::string_view line;
};

constexpr std::array kCrashes = {
    CrashSignal{SIGSEGV, "{\"words\":\"crashed: SIGSEGV, an invalid memory access\"}\n"},
    CrashSignal{SIGBUS, "{\"words\":\"crashed: SIGBUS, a mapped file was truncated, or memory is full or faulty\"}\n"},
    CrashSignal{SIGILL, "{\"words\":\"crashed: SIGILL, an instruction that this processor does not support\"}\n"},
    CrashSignal{SIGFPE, "{\"words\":\"crashed: SIGFPE, a division by zero\"}\n"},
    CrashSignal{SIGABRT, "{\"words\":\"crashed: SIGABRT, the program called abort()\"}\n"},
};

std::string_view line_for(int signal) noexcept {
  for (const CrashSignal& crash : kCrashes) {
    if (crash.number == signal) return crash.line;
  }
  switch (signal) {
    case SIGTERM:
      return "{\"words\":\"was asked to end: SIGTERM\"}\n";
    case SIGINT:
      return "{\"words\":\"was asked to end: SIGINT, Ctrl-C\"}\n";
    case SIGHUP:
      return "{\"words\":\"was asked to end: SIGHUP, its terminal was closed\"}\n";
    case SIGUSR1:
      return "{\"words\":\"was asked to end: SIGUSR1\"}\n";
    default:
      return "{\"words\":\"received a signal\"}\n";
  }
}

std::array<struct sigaction, kCrashes.size()> handled_before;

// Restores the earlier handler: on return the fault occurs again, and abort() sends its signal again.
extern "C" void note_crash(int signal, siginfo_t* info, void* context) {
  has_spoken = false;  // a crash is more important than a request to end
  note_signal(signal);
  for (std::size_t i = 0; i < kCrashes.size(); ++i) {
    if (kCrashes[i].number != signal) continue;
    const struct sigaction& before = handled_before[i];
    ::sigaction(signal, &before, nullptr);
    if (before.sa_flags & SA_SIGINFO) {
      before.sa_sigaction(signal, info, context);
    } else if (before.sa_handler != SIG_DFL && before.sa_handler != SIG_IGN) {
      before.sa_handler(signal);
    } else if (info->si_code <= 0) {
      ::raise(signal);
    }
  }
}

}  // namespace

RankRecord::RankRecord(const std::string& run_folder, int rank) : file_(fmt::format("{}/ranks/{}.jsonl", run_folder, rank)) { open(); }

RankRecord::~RankRecord() {
  int mine = descriptor_;
  if (mine < 0) return;
  record_in_use.compare_exchange_strong(mine, -1);
  ::close(descriptor_);
}

// Rank 0 makes RUN itself: other hosts need not see it.
void RankRecord::open() {
  ::mkdir(file_.substr(0, file_.rfind('/')).c_str(), 0755);
  const int made = open_own(file_, O_WRONLY | O_CREAT | O_TRUNC);
  if (made < 0) return;
  has_spoken = false;
  record_in_use = made;
  if (const int before = descriptor_.exchange(made); before >= 0) ::close(before);
}

// Closing a copy of the descriptor sends the data to the server of a network file system, where other hosts see it; on a local disk it
// costs nothing.
void RankRecord::write(const std::string& heartbeat) {
  if (descriptor_ < 0 || !is_at(descriptor_, file_)) open();
  if (descriptor_ < 0 || heartbeat.size() >= kSignBytes) return;
  std::string line = heartbeat;
  line.resize(kSignBytes - 1, ' ');
  line += '\n';
  [[maybe_unused]] const ssize_t written = ::pwrite(descriptor_, line.data(), line.size(), 0);
  ::close(::dup(descriptor_));
}

void RankRecord::last_message(const std::string& words) {
  if (descriptor_ < 0) return;
  has_spoken = true;
  const nlohmann::json line = {{"words", words.substr(0, kMostWords)}};
  const std::string text = line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
  [[maybe_unused]] const ssize_t written = ::pwrite(descriptor_, text.data(), text.size(), kSignBytes);
  ::close(::dup(descriptor_));
}

// Calls only async-signal-safe functions. Bytes of an earlier, longer line remain, but readers stop at the line's end.
void note_signal(int signal) noexcept {
  const int record = record_in_use;
  if (record < 0 || has_spoken.exchange(true)) return;
  const int error = errno;
  const std::string_view line = line_for(signal);
  [[maybe_unused]] const ssize_t written = ::pwrite(record, line.data(), line.size(), RankRecord::kSignBytes);
  errno = error;
}

void note_crashes() {
  struct sigaction action = {};
  action.sa_sigaction = note_crash;
  action.sa_flags = SA_ONSTACK | SA_SIGINFO;
  for (std::size_t i = 0; i < kCrashes.size(); ++i) {
    struct sigaction replaced = {};
    ::sigaction(kCrashes[i].number, &action, &replaced);
    if (!(replaced.sa_flags & SA_SIGINFO) || replaced.sa_sigaction != note_crash) handled_before[i] = replaced;
  }
}

}  // namespace galen::trainer
