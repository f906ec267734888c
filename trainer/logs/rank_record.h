#pragma once

#include <atomic>
#include <string>

namespace galen::trainer {

/// What the others can know of a rank once it is gone: RUN/ranks/RANK.jsonl. Its first line is the rank's last sign of life, of fixed
/// size and written in place; its second one, where there is one, its last words. Nothing here throws: a record that cannot be
/// written ends no run.
class RankRecord {
 public:
  /// Begins a new record. Where RUN is not there (yet, or on this host) write() tries again.
  RankRecord(const std::string& run_folder, int rank);
  ~RankRecord();
  RankRecord(const RankRecord&) = delete;
  RankRecord& operator=(const RankRecord&) = delete;

  void write(const std::string& sign_of_life);  ///< a JSON object of at most kSignBytes - 1 bytes; one thread at a time
  void last_words(const std::string& words);    ///< replaces earlier ones; cut where they are very long

  static constexpr std::size_t kSignBytes = 512;

 private:
  void open();

  std::string file_;
  std::atomic<int> descriptor_ = -1;
};

/// For signal handlers: the last words of this process's rank are that it got `signal`, unless it has said something already.
void note_signal(int signal) noexcept;

/// From now on a signal that says of a crash (SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT) is noted before the handlers that it has now get
/// it. One call a process, behind MPI_Init and data::explain_crashes().
void note_crashes();

}  // namespace galen::trainer
