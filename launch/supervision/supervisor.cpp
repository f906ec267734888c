#include "launch/supervision/supervisor.h"

#include "galen/shell_text.h"
#include "galen/terminal_text.h"
#include "launch/node/free_space.h"
#include "launch/process/exit_code.h"
#include "launch/run_folder/folder_lock.h"
#include "launch/run_folder/run_folder.h"
#include "launch/supervision/host_shell.h"
#include "launch/supervision/job.h"
#include "launch/supervision/job_processes.h"
#include "launch/supervision/restart_policy.h"
#include "launch/supervision/run_record.h"
#include "trainer/checkpoint/store.h"
#include "trainer/lanes/lane_count.h"
#include "trainer/logs/event_log.h"

#include <poll.h>
#include <signal.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>

namespace galen::launch {

namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr auto kHostAnswers = 10s;
constexpr auto kEarlierJobEnds = 5s;  // of an earlier job whose supervisor was killed
constexpr auto kLease = 120s;         // after which a network file system releases the lock of a lost host

void say(const std::string& text) {
  std::fflush(stdout);
  std::fprintf(stderr, "%s\n", wrap("galen: " + text, 7).c_str());
}

// A checkpoint of the same step that was written again counts as another one.
struct NewestCheckpoint {
  std::string folder;
  fs::file_time_type written;

  bool operator==(const NewestCheckpoint&) const = default;
  std::string step() const { return fmt::format("{}", std::atoll(folder.substr(folder.find_last_of('-') + 1).c_str())); }
};

std::optional<NewestCheckpoint> newest_checkpoint(const std::string& run) {
  const std::vector<std::string> folders = trainer::CheckpointStore(run).newest_first();
  if (folders.empty()) return std::nullopt;
  std::error_code gone;
  return NewestCheckpoint{folders.front(), fs::last_write_time(folders.front() + "/manifest.json", gone)};
}

std::string count(int number, const char* what) { return fmt::format("{} {}{}", number, what, number == 1 ? "" : "s"); }

std::chrono::duration<double> hang_after(const LaunchOptions& options, const LaunchedCommand& command) {
  return std::chrono::duration<double>(options.hang_after == "auto" ? 2 * command.deadline : std::atof(options.hang_after.c_str()));
}

class Supervisor {
 public:
  Supervisor(const LaunchOptions& options, const LaunchedCommand& command, Surroundings surroundings)
      : options_(options),
        command_(command),
        around_(std::move(surroundings)),
        shell_(options.agent, around_.slurm.has_value()),
        policy_(options.restarts, options.tries),
        start_{.command = {},
               .id = make_job_id(),
               .trains = command.trains,
               .folder = command.folder,
               .hang_after = hang_after(options, command)} {
    around_.environment[kJobVariable] = start_.id;
    plan_ = make_plan(options, command, around_);
    for (const std::string& note : plan_.notes) say("note: " + note);
  }

  int run() {
    const int exit_code = run_to_the_end();
    if (output_error_ == 0) return exit_code;
    const std::string lost = fmt::format("standard output cannot be written ({}): the output of the job is lost, in whole or in part.",
                                         std::strerror(output_error_));
    say(command_.trains ? fmt::format("note: {} The run's folder holds the results.", lost) : lost);
    return exit_code == kDone && !command_.trains ? kFailed : exit_code;
  }

 private:
  int run_to_the_end() {
    if (command_.trains) {
      fs::create_directories(command_.folder);
      lock_.emplace(command_.folder, "launch.lock", 0ms);
      at_start_ = newest_checkpoint(command_.folder);
      known_ = at_start_;
      lanes_ = command_.lanes > 0 ? command_.lanes : trainer::lanes_for(command_.lanes, command_.batch, plan_.workers);
    }
    look_at_other_hosts();
    Plan plan = plan_;
    Arguments arguments = command_.arguments;
    for (bool first = true;; first = false) {
      if (command_.trains) wait_for_earlier_job(first ? kEarlierJobEnds : kLease);
      start_.command = mpirun_line(plan, options_, around_, command_.name, arguments);
      if (first)
        record_event("launched",
                     {{"command", shell_text(start_.command)}, {"workers", fmt::format("{}", plan.workers)}, {"hosts", hosts(plan)}});
      const RunRecord record(command_.folder);
      const JobEnd end = run_job(start_, signals_);
      if (output_error_ == 0) output_error_ = end.output_error;
      std::optional<int> ended = command_.trains ? record.ending() : std::nullopt;
      if (end.hung && ended != kDone) ended.reset();  // it was stopped from here
      if (ended && (end.hung || end.exit_code != *ended)) say("note: the run was complete before its job failed: " + end.reason.text);
      if (signals_.first()) return ended == kDone ? kDone : code_after_signal(end);
      if (ended) return *ended;
      if (!end.hung && ends_all(end.exit_code, first)) return end.exit_code;
      if (!command_.trains || options_.restarts == 0) return failed_for_good(end);
      const std::optional<Plan> next = prepare_restart(end);
      if (signals_.first()) return code_of_stop();
      if (!next) return kFailed;
      plan = *next;
      arguments = arguments_to_go_on(command_, has_checkpoint(), lanes_);
    }
  }

  using Fields = std::vector<std::pair<std::string, std::string>>;

  // The released lock shows that no work is unfinished.
  void wait_for_earlier_job(std::chrono::seconds patience) const { const FolderLock lock(command_.folder, kRunLock, patience); }

  static std::string hosts(const Plan& plan) { return to_text(plan.hosts); }

  // Options that were valid at the job's first start are still valid.
  static bool ends_all(int exit_code, bool first) {
    return exit_code == kDone || exit_code == kPreempted || exit_code == kInterrupted || (exit_code == kUsage && first);
  }

  int code_after_signal(const JobEnd& end) const {
    if (end.exit_code == kDone) return kDone;
    const bool failed_by_itself = end.exit_code == kFailed && !end.hung;
    return failed_by_itself && *signals_.first() != SIGINT ? kFailed : code_of_stop();
  }

  // Also between two jobs, whatever the failure of the one before.
  int code_of_stop() const { return *signals_.first() == SIGINT ? kInterrupted : kPreempted; }

  int failed_for_good(const JobEnd& end) {
    record_loss(end);
    if (end.hung) say(end.reason.text);
    return kFailed;
  }

  void record_event(const std::string& event, const Fields& fields) {
    if (command_.trains) trainer::append_event(command_.folder, event, fields);
  }

  void record_loss(const JobEnd& end) {
    const std::size_t shown = std::min<std::size_t>(end.last_lines.size(), 8);
    const std::vector<std::string> last(end.last_lines.end() - static_cast<std::ptrdiff_t>(shown), end.last_lines.end());
    record_event("rank_lost", {{"reason", end.reason.text},
                               {"exit_code", fmt::format("{}", end.exit_code)},
                               {"rank", end.reason.rank},
                               {"host", end.reason.host},
                               {"last_lines", fmt::format("{}", fmt::join(last, "\n"))}});
  }

  bool has_checkpoint() const {
    const std::optional<NewestCheckpoint> newest = newest_checkpoint(command_.folder);
    return newest && (command_.resumes || newest != at_start_);
  }

  // How the job is restarted; none: it is not.
  std::optional<Plan> prepare_restart(const JobEnd& end) {
    record_loss(end);
    reasons_.push_back(end.reason.text);
    for (;;) {
      const std::optional<NewestCheckpoint> newest = newest_checkpoint(command_.folder);
      const std::optional<std::chrono::seconds> pause = policy_.pause_after_failure(newest != known_);
      known_ = newest;
      if (!pause) {
        give_up();
        return std::nullopt;
      }
      const Plan rest = without_lost_hosts(plan_, lost_hosts());
      if (!rest.hosts.empty()) {
        announce_restart(rest, *pause);
        if (!sleep(*pause)) return std::nullopt;
        return rest;
      }
      reasons_.emplace_back("none of the hosts responds.");
      say(reasons_.back());
      if (!sleep(std::max<std::chrono::seconds>(*pause, 1s))) return std::nullopt;
    }
  }

  std::vector<std::string> other_hosts() const {
    std::vector<std::string> others;
    for (const Host& host : plan_.hosts) {
      if (!is_this_host(host.name)) others.push_back(host.name);
    }
    return others;
  }

  // Also kills the processes that the job left on the hosts that respond.
  std::vector<std::string> lost_hosts() const {
    const std::vector<std::string> others = other_hosts();
    return others.empty() ? others : shell_.failing(others, command_to_kill(start_.id), kHostAnswers);
  }

  // mpirun hangs if a host has no space, or does not respond; ranks report all other problems themselves.
  void look_at_other_hosts() const {
    const std::vector<std::string> others = other_hosts();
    if (others.empty()) return;
    const std::vector<std::string> failing = shell_.failing(others, command_to_look_for_room(), kHostAnswers);
    if (failing.empty()) return;
    say(fmt::format("note: {}: no response, or too little space in TMPDIR (/tmp), in which mpirun keeps its files: it may hang.",
                    fmt::join(failing, ", ")));
  }

  void announce_restart(const Plan& plan, std::chrono::seconds pause) {
    const bool resumes = has_checkpoint();
    const std::string from = resumes ? "step " + known_->step() : "the beginning";
    const std::string when = pause > 0s ? fmt::format(" in {} s", pause.count()) : "";
    std::string where = fmt::format("with {}", count(plan.workers, "worker"));
    if (plan.hosts.size() < plan_.hosts.size())
      where += fmt::format(" on {} of {}", plan.hosts.size(), count(static_cast<int>(plan_.hosts.size()), "host"));
    say(fmt::format("{} Restarting from {} {}{} (restart {} of {}).", reasons_.back(), from, where, when, policy_.used(),
                    options_.restarts));
    record_event("restarted", {{"restart", fmt::format("{}", policy_.used())},
                               {"workers", fmt::format("{}", plan.workers)},
                               {"hosts", hosts(plan)},
                               {"from_step", resumes ? known_->step() : "0"}});
  }

  void give_up() {
    std::string text = fmt::format("the job is not restarted: {}. Failures:", policy_.why());
    for (std::size_t i = 0; i < reasons_.size(); ++i) text += fmt::format("\n{}. {}", i + 1, reasons_[i]);
    if (const auto newest = newest_checkpoint(command_.folder)) text += fmt::format("\nThe newest checkpoint is {}.", newest->folder);
    say(text);
    record_event("gave_up", {{"reason", policy_.why()}, {"failures", fmt::format("{}", reasons_.size())}});
  }

  // False if a stop signal has arrived.
  bool sleep(std::chrono::seconds time) {
    const auto end = std::chrono::steady_clock::now() + time;
    for (;;) {
      if (signals_.read() || signals_.first()) return false;
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
      if (left <= 0ms) return true;
      pollfd file{signals_.file(), POLLIN, 0};
      poll(&file, 1, static_cast<int>(left.count()));
    }
  }

  const LaunchOptions& options_;
  const LaunchedCommand& command_;
  Surroundings around_;
  HostShell shell_;
  RestartPolicy policy_;
  JobStart start_;
  Plan plan_;  // with all hosts
  StopSignals signals_;
  std::optional<FolderLock> lock_;
  std::optional<NewestCheckpoint> at_start_, known_;
  std::int64_t lanes_ = 1;
  std::vector<std::string> reasons_;
  int output_error_ = 0;
};

}  // namespace

int supervise(const LaunchOptions& options, const LaunchedCommand& command, Surroundings surroundings) {
  return Supervisor(options, command, std::move(surroundings)).run();
}

}  // namespace galen::launch
