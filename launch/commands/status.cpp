#include "galen/error.h"
#include "galen/terminal_text.h"
#include "launch/commands/commands.h"
#include "launch/options/configuration.h"
#include "launch/options/help.h"
#include "launch/process/exit_code.h"
#include "launch/terminal/status_text.h"
#include "trainer/logs/run_watch.h"

#include <poll.h>
#include <unistd.h>
#include <nlohmann/json.hpp>

#include <cstdio>
#include <thread>

namespace galen::launch {

namespace {

using namespace std::chrono_literals;

const Manual kStatusManual = {
    "galen status RUN [--follow] [--json]",
    "Shows the progress of a run: step, loss, speed, expected end, last validation, last checkpoint, workers and hosts, and its events. It "
    "reads only the run's folder, so it works on any host that sees the folder, during the run and after it. States: starting, training, "
    "evaluating, finished, stopped (on request, with a checkpoint), failed (with a reason), died (its heartbeats ended: killed, or "
    "out of memory), restarting (a supervisor restarts it), unknown (no status was written). After a failure the last message of "
    "each rank is shown. Exit code 0 in every state; 2 if the folder is not that of a run.",
    {
        "galen status runs/quickstart",
        "galen status runs/quickstart --follow",
        "galen status runs/quickstart --json | jq .step",
    }};

// On a terminal the screen is cleared first, as lines may wrap; else the output is appended.
class Screen {
 public:
  explicit Screen(bool clears) : clears_(clears) {}

  void show(const std::string& text) {
    if (terminal_ && clears_) {
      std::fputs("\x1b[H\x1b[2J", stdout);
    } else if (again_) {
      fmt::print("\n");
    }
    again_ = true;
    std::fputs(text.c_str(), stdout);
    std::fflush(stdout);
  }
  std::chrono::seconds pause() const { return terminal_ ? 1s : 10s; }

 private:
  bool terminal_ = isatty(STDOUT_FILENO) == 1;
  bool clears_;
  bool again_ = false;
};

// Whether standard output, a pipe or a terminal, has no reader any more.
bool reader_is_gone() {
  pollfd file{STDOUT_FILENO, 0, 0};
  return poll(&file, 1, 0) > 0 && (file.revents & (POLLERR | POLLHUP | POLLNVAL)) != 0;
}

std::string clock_note(std::chrono::milliseconds ahead) {
  if (std::chrono::abs(ahead) < 3s) return "";
  return wrap(fmt::format("note: this host's clock is {} s {} the run's.", std::chrono::abs(ahead).count() / 1000,
                          ahead > 0s ? "ahead of" : "behind"),
              6) +
         "\n";
}

}  // namespace

int status(const Arguments& arguments, comm::Communicator&) {
  bool follow = false, json = false;
  Configuration configuration({flag("follow", follow, "Repeat it until the run ends."),
                               flag("json", json, "Print JSON, for programs; with --follow one line a second.")});
  if (asks_for_help(arguments)) {
    std::fputs(to_text(kStatusManual, configuration.options()).c_str(), stdout);
    return kDone;
  }
  const CommandLine line = parse_command_line(arguments, configuration.options(), /*operands=*/1);
  configuration.read(line);
  if (line.operands.empty()) throw UsageError("The run is missing: galen status RUN, such as galen status runs/quickstart");
  const std::string& run = line.operands[0];

  trainer::RunWatch watch(run);
  for (Screen screen(/*clears=*/follow);;) {
    const trainer::RunWatch::Look found = watch.look_until_decided();
    if (json) {
      fmt::print("{}\n", to_json(found.status).dump(follow ? -1 : 2));
      std::fflush(stdout);
    } else {
      screen.show(to_text(run, found.status, found.now) + clock_note(watch.ahead()));
    }
    if (!follow || !found.status.goes_on() || reader_is_gone()) return kDone;
    // The pause ends as soon as the run does.
    const auto until = std::chrono::steady_clock::now() + (json ? 1s : screen.pause());
    while (std::chrono::steady_clock::now() < until && watch.look().status.goes_on() && !reader_is_gone()) std::this_thread::sleep_for(1s);
  }
}

}  // namespace galen::launch
