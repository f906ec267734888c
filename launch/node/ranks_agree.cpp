#include "launch/node/ranks_agree.h"

#include "comm/collectives.h"
#include "galen/error.h"
#include "galen/host.h"
#include "launch/node/clock_skew.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <sstream>

namespace galen::launch {

namespace {

constexpr double kMuch = 2;  // seconds between clocks

double seconds_since_1970() { return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count(); }

void add_once(const std::string& note, std::vector<std::string>& notes) {
  if (std::find(notes.begin(), notes.end(), note) == notes.end()) notes.push_back(note);
}

void add_clocks(const std::vector<std::string>& hosts, comm::Communicator& world, std::vector<std::string>& notes) {
  const std::vector<ClockSkew> skews = measure_clock_skew(world, seconds_since_1970);
  std::vector<std::string> named;
  for (int r = 0; r < world.size(); ++r) {
    const bool ahead = skews[r].least > kMuch, behind = skews[r].most < -kMuch;
    if ((!ahead && !behind) || std::find(named.begin(), named.end(), hosts[r]) != named.end()) continue;
    named.push_back(hosts[r]);
    const double seconds = std::abs(skews[r].least + skews[r].most) / 2;
    notes.push_back(
        fmt::format("{}: its clock is {:.1f} s {} that of {}: times in logs, and of files that both write, cannot be compared. "
                    "Synchronise the clocks (chronyc tracking, timedatectl).",
                    hosts[r], seconds, ahead ? "ahead of" : "behind", hosts[0]));
  }
}

}  // namespace

void check_same_command(const std::string& command, const std::vector<std::string>& arguments, comm::Communicator& world) {
  if (world.size() == 1) return;
  std::string line = fmt::format("galen {} {}", GALEN_VERSION, command);
  for (const std::string& argument : arguments) line += ' ' + argument;
  const std::vector<std::string> lines = comm::all_gather(world, line);
  for (int r = 1; r < world.size(); ++r) {
    if (lines[r] == lines[0]) continue;
    throw UsageError(
        "the ranks of this job were not started with the same command. Rank 0: {}. Rank {}: {}. All ranks of a job must run the same "
        "command: "
        "start each command with a separate mpirun.",
        lines[0], r, lines[r]);
  }
}

std::vector<std::string> gather_notes(const std::vector<std::string>& notes, comm::Communicator& world) {
  std::vector<std::string> all;
  std::vector<std::string> hosts;
  for (const std::string& text : comm::all_gather(world, fmt::format("{}\n{}", host_name(), fmt::join(notes, "\n")))) {
    std::istringstream lines(text);
    std::getline(lines, hosts.emplace_back());
    for (std::string note; std::getline(lines, note);) add_once(fmt::format("{}: {}", hosts.back(), note), all);
  }
  const bool one_host = std::all_of(hosts.begin(), hosts.end(), [&](const std::string& host) { return host == hosts[0]; });
  if (!one_host) add_clocks(hosts, world, all);
  return all;
}

}  // namespace galen::launch
