#include "launch/supervision/job.h"

#include "launch/open_mpi/open_mpi.h"
#include "launch/run_folder/folder_lock.h"
#include "launch/run_folder/run_folder.h"
#include "launch/supervision/child.h"
#include "launch/supervision/job_processes.h"
#include "launch/supervision/life_signs.h"
#include "launch/supervision/workers.h"

#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>

namespace galen::launch {

namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

constexpr auto kMpirunEnds = 4s;       // after SIGTERM; it gives its ranks one second
constexpr auto kLastMessages = 200ms;  // for the messages of the remaining workers after one failed
constexpr auto kMpirunExit = 10s;      // for mpirun, after the first worker has ended
constexpr auto kKernelEnds = 5s;       // a process, after SIGKILL
constexpr auto kAskedAgain = 5s;       // if all workers are on other hosts, or have not started yet

// Returns 0, or the errno of the failure: no reader, or a full disk. Another process that shares the file may have made it non-blocking.
int write_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = write(file, bytes.data(), bytes.size());
    if (count >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(count));
    } else if (errno == EAGAIN) {
      pollfd room{file, POLLOUT, 0};
      poll(&room, 1, 100);
    } else if (errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

class Job {
 public:
  Job(const JobStart& start, StopSignals& signals)
      : start_(start),
        signals_(signals),
        life_(start.folder, start.id, start.trains ? start.hang_after : 0s),
        child_(start.command, variables(start)),
        workers_(child_.id()) {}

  JobEnd run() {
    while (!child_.exit_code()) {
      wait(100ms);
      if (signals_.read()) stop();
      if (!ended_ && life_.none()) give_up(silence());
      workers_.look();
      if (unanswered_ && (workers_.any() || steady_clock::now() > asked_ + kAskedAgain)) ask();
      if (workers_.first_gone()) end_remaining_workers();
      if (!ended_ && mpirun_is_stuck()) give_up("mpirun does not end, although workers of this machine have: another host may be lost.");
      if (ended_ && steady_clock::now() > *ended_ + kMpirunEnds) child_.signal_group(SIGKILL);
    }
    pass_on();
    kill_processes_of(start_.id, kKernelEnds);
    open_mpi::remove_remains_of(child_.id());
    return result();
  }

 private:
  static std::vector<std::pair<std::string, std::string>> variables(const JobStart& start) {
    std::vector<std::pair<std::string, std::string>> result = {{kJobVariable, start.id}};
    // mpirun gives its ranks a terminal even if its own output goes to a file.
    if (isatty(STDOUT_FILENO) == 0) result.emplace_back("TERM", "dumb");
    return result;
  }

  void wait(std::chrono::milliseconds at_most) {
    std::vector<pollfd> files = {{signals_.file(), POLLIN, 0}, {child_.output(), POLLIN, 0}, {child_.errors(), POLLIN, 0}};
    for (std::size_t i = 0; i < closed_.size(); ++i) {
      if (closed_[i]) files[i + 1].fd = -1;
    }
    for (const int worker : workers_.files()) files.push_back({worker, POLLIN, 0});
    poll(files.data(), files.size(), static_cast<int>(at_most.count()));
    pass_on();
  }

  void pass_on() {
    pass_on(child_.output(), STDOUT_FILENO, closed_[0]);
    pass_on(child_.errors(), STDERR_FILENO, closed_[1]);
  }

  void pass_on(int from, int to, bool& closed) {
    std::array<char, 4096> bytes{};
    ssize_t count = 0;
    while ((count = read(from, bytes.data(), bytes.size())) > 0) {
      life_.heard();
      tail_.add({bytes.data(), static_cast<std::size_t>(count)});
      if (const int error = write_all(to, {bytes.data(), static_cast<std::size_t>(count)}); to == STDOUT_FILENO && output_error_ == 0) {
        output_error_ = error;
      }
    }
    closed = count == 0;
  }

  void stop() {
    if (signals_.in_haste()) {
      end(SIGKILL);
    } else {
      ask();
    }
  }

  // Open MPI's mpirun does not pass on signals before it has workers. Ranks that train may receive more than one.
  void ask() {
    asked_ = steady_clock::now();
    unanswered_ = start_.trains && !workers_.any();
    child_.signal(start_.trains ? SIGUSR1 : SIGTERM);
  }

  // If one has failed the others wait for it; mpirun waits two seconds before it ends them.
  void end_remaining_workers() {
    if (!start_.trains || !FolderLock::is_unfinished(start_.folder, kRunLock)) return;
    const auto gone_for = steady_clock::now() - *workers_.first_gone();
    if (gone_for > kLastMessages) workers_.signal(gone_for > 2 * kLastMessages ? SIGKILL : SIGTERM);
  }

  // mpirun waits forever for hosts that do not respond.
  bool mpirun_is_stuck() const { return workers_.first_gone() && steady_clock::now() - *workers_.first_gone() > kMpirunExit; }

  // An earlier message of a worker is closer to the cause.
  void give_up(const std::string& why) {
    const FailureReason said = find_reason(0, tail_);
    reason_ = said.rank.empty() && said.host.empty() ? FailureReason{why, "", ""} : said;
    end(SIGTERM);
  }

  std::string silence() const {
    return fmt::format(
        "no activity for {:.0f} s: no file of {} changed, nothing was printed, and no worker on this host used the processor.",
        start_.hang_after.count(), start_.folder);
  }

  void end(int signal) {
    if (!ended_) ended_ = steady_clock::now();
    child_.signal(signal);
  }

  JobEnd result() {
    const int exit_code = *child_.exit_code();
    return {exit_code, output_error_, reason_.has_value(), reason_ ? *reason_ : find_reason(exit_code, tail_), tail_.lines()};
  }

  const JobStart& start_;
  StopSignals& signals_;
  LifeSigns life_;
  Child child_;
  Workers workers_;
  OutputTail tail_;
  std::array<bool, 2> closed_{};
  int output_error_ = 0;
  steady_clock::time_point asked_;       // to stop
  bool unanswered_ = false;              // because no worker was detected
  std::optional<FailureReason> reason_;  // for which the job was ended
  std::optional<steady_clock::time_point> ended_;
};

}  // namespace

JobEnd run_job(const JobStart& start, StopSignals& signals) { return Job(start, signals).run(); }

}  // namespace galen::launch
