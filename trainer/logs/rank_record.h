#pragma once

#include <atomic>
#include <string>

namespace galen::trainer {

/// The file by which others learn the state of a rank that is gone: RUN/ranks/RANK.jsonl. Its first line is the rank's last heartbeat, of
/// fixed size and overwritten in place; the second, if there is one, its last message. Nothing here throws: a record that cannot be written
/// ends no run.
class RankRecord {
 public:
  /// Begins a new record. If RUN does not exist (yet, or on this host) write() tries again.
  RankRecord(const std::string& run_folder, int rank);
  ~RankRecord();
  RankRecord(const RankRecord&) = delete;
  RankRecord& operator=(const RankRecord&) = delete;

  void write(const std::string& heartbeat);     ///< a JSON object of at most kSignBytes - 1 bytes; one thread at a time
  void last_message(const std::string& words);  ///< replaces earlier ones; very long ones are truncated

  static constexpr std::size_t kSignBytes = 512;

 private:
  void open();

  std::string file_;
  std::atomic<int> descriptor_ = -1;
};

/// For signal handlers: makes the receipt of `signal` the last message of this process's rank, unless it has one already.
void note_signal(int signal) noexcept;

/// After this call a signal of a crash (SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT) is recorded before its present handler runs. Called once
/// per process, after MPI_Init and data::explain_crashes().
void note_crashes();

}  // namespace galen::trainer
