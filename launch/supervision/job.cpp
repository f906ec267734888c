#include "launch/supervision/job.h"

#include "launch/supervision/child.h"
#include "launch/supervision/job_processes.h"
#include "launch/supervision/life_signs.h"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>

namespace galen::launch {

namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

constexpr auto kMpirunEnds = 4s;  // after SIGTERM; it gives its ranks one second
constexpr auto kLook = 1s;        // between two counts of the workers
constexpr auto kFarewell = 10s;   // of mpirun and of the last workers, after the first one has gone
constexpr auto kKernelEnds = 5s;  // a process, after SIGKILL

class Job {
 public:
  Job(const JobStart& start, StopSignals& signals)
      : start_(start),
        signals_(signals),
        life_(start.folder, start.id, start.trains ? start.hang_after : 0s),
        child_(start.command, variables(start)) {}

  JobEnd run() {
    while (!child_.exit_code()) {
      wait(200ms);
      if (const int stops = signals_.read(); stops > 0) stop(stops);
      if (!ended_ && life_.none()) give_up(silence());
      if (!ended_ && mpirun_is_stuck()) give_up("mpirun does not end, although workers of this machine have: another host may be gone.");
      if (ended_ && steady_clock::now() > *ended_ + kMpirunEnds) child_.signal_group(SIGKILL);
    }
    pass_on();
    kill_processes_of(start_.id, kKernelEnds);
    remove_remains_of_mpirun(child_.id());
    return result();
  }

 private:
  static std::vector<std::pair<std::string, std::string>> variables(const JobStart& start) {
    std::vector<std::pair<std::string, std::string>> result = {{kJobVariable, start.id}};
    // mpirun gives its ranks a terminal even where its own output goes to a file.
    if (isatty(STDOUT_FILENO) == 0) result.emplace_back("TERM", "dumb");
    return result;
  }

  void wait(std::chrono::milliseconds at_most) {
    std::array<pollfd, 3> files = {{{signals_.file(), POLLIN, 0}, {child_.output(), POLLIN, 0}, {child_.errors(), POLLIN, 0}}};
    for (std::size_t i = 1; i < files.size(); ++i) {
      if (closed_[i - 1]) files[i].fd = -1;
    }
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
      for (ssize_t written = 0, part = 0; written < count; written += part) {
        part = write(to, bytes.data() + written, static_cast<std::size_t>(count - written));
        if (part <= 0) break;  // nobody reads it any more
      }
    }
    closed = count == 0;
  }

  void stop(int stops) {
    const bool first = !asked_;
    asked_ = true;
    if (first && stops == 1) {
      child_.signal(start_.trains ? SIGUSR1 : SIGTERM);
    } else {
      end(SIGKILL);
    }
  }

  // It waits for hosts that do not answer any more, for ever.
  bool mpirun_is_stuck() {
    const auto now = steady_clock::now();
    if (now - counted_ < kLook) return false;
    counted_ = now;
    const std::size_t workers = workers_of(child_.id()).size();
    if (workers >= most_workers_) complete_ = now;
    most_workers_ = std::max(most_workers_, workers);
    return now - complete_ > kFarewell;
  }

  // What a worker has said before is nearer to the cause.
  void give_up(const std::string& why) {
    const FailureReason said = find_reason(0, tail_);
    reason_ = said.rank.empty() && said.host.empty() ? FailureReason{why, "", ""} : said;
    end(SIGTERM);
  }

  std::string silence() const {
    return fmt::format("no sign of life for {:.0f} s: no file of {} changed, nothing was printed, and no worker here computed.",
                       start_.hang_after.count(), start_.folder);
  }

  void end(int signal) {
    if (!ended_) ended_ = steady_clock::now();
    child_.signal(signal);
  }

  JobEnd result() {
    const int exit_code = *child_.exit_code();
    return {exit_code, reason_.has_value(), reason_ ? *reason_ : find_reason(exit_code, tail_), tail_.lines()};
  }

  const JobStart& start_;
  StopSignals& signals_;
  LifeSigns life_;
  Child child_;
  OutputTail tail_;
  std::array<bool, 2> closed_{};
  bool asked_ = false;
  std::optional<FailureReason> reason_;  // for which it had to be ended
  std::size_t most_workers_ = 1;
  steady_clock::time_point counted_ = steady_clock::now();
  steady_clock::time_point complete_ = steady_clock::time_point::max();
  std::optional<steady_clock::time_point> ended_;
};

}  // namespace

JobEnd run_job(const JobStart& start, StopSignals& signals) { return Job(start, signals).run(); }

}  // namespace galen::launch
