#include "launch/starting/launch_options.h"

#include <algorithm>
#include <boost/program_options/parsers.hpp>

namespace galen::launch {

namespace {

// One of `words`, or a number within `bounds`.
Option word_or_number(std::string key, std::string& field, const std::vector<std::string>& words, Bounds bounds, std::string meaning) {
  const std::string kind = fmt::format("{}, or a number{}", fmt::join(words, ", "), bounds.words);
  const auto set = [&field, words, bounds](const std::string& text) {
    const bool good = std::find(words.begin(), words.end(), text) != words.end() || parse_number<double>(text, bounds).has_value();
    if (good) field = text;
    return good;
  };
  return {std::move(key), std::move(meaning), kind, false, set, [&field] { return field; }};
}

}  // namespace

std::vector<Option> launch_options(LaunchOptions& options) {
  return {
      number("workers", options.workers, at_least(0),
             "Or -n. Worker processes; 0: in a Slurm job its --ntasks; else as many as the hosts have slots; else one for each GPU; else "
             "one for each physical core, but no more than 8. Never more than lanes, or than samples in a step. Each "
             "worker that trains has a lane's share of a host's cores as threads."),
      text("hosts", options.hosts,
           "Hosts and their slots for workers, as in a:4,b:4; filled one after the other. Without numbers, workers are distributed "
           "evenly. All hosts are assumed to have the cores and GPUs of this one."),
      text("hostfile", options.hostfile, "Like --hosts, from a file with one line for each host: a slots=4."),
      word_or_number("gpus", options.gpus, {"auto", "all", "none"}, {", whole and 1 or more, of GPUs a host", at_least(1).hold},
                     "One worker for each GPU; auto: all if there are any and device is not cpu."),
      choice("bind", options.bind, {"auto", "none", "cores"},
             "cores: each worker is bound to its share of a host's cores; auto: cores if all workers are on this machine and it has "
             "several memory nodes (NUMA)."),
      number("restarts", options.restarts, at_least(0),
             "train: how often a job that failed or hangs is restarted, from its newest checkpoint and without lost hosts."),
      number("tries", options.tries, at_least(1),
             "train: failures in a row without a newer checkpoint after which the job is not restarted."),
      word_or_number("hang-after", options.hang_after, {"auto"}, at_least(0),
                     "train: seconds after which an inactive job is ended: no file of run.folder changes, nothing is printed and no worker "
                     "on this machine computes; auto: twice comm.deadline; 0: never."),
      flag("dry-run", options.dry_run, "Print the command that would start the workers, and exit."),
      text("mpirun", options.mpirun,
           "The program that starts processes, with additional options, as in 'mpirun --mca btl_tcp_if_include "
           "eth1'."),
      text("agent", options.agent,
           "The program that runs a command on a host, called with the host and the command; empty: ssh, in a Slurm job srun."),
  };
}

LaunchLine split_launch_line(const std::vector<std::string>& arguments, const std::vector<Option>& options) {
  LaunchLine line;
  std::size_t i = 0;
  while (i < arguments.size() && arguments[i].starts_with('-')) {
    const bool workers = arguments[i] == "-n" || arguments[i] == "-np";
    const std::string argument = workers ? "--workers" : arguments[i];
    line.own.push_back(argument);
    ++i;
    const auto names_it = [&](const Option& option) { return argument == "--" + option.key; };
    const auto option = std::find_if(options.begin(), options.end(), names_it);
    if (option != options.end() && !option->flag && i < arguments.size()) line.own.push_back(arguments[i++]);
  }
  if (i < arguments.size()) line.command = arguments[i++];
  line.arguments.assign(arguments.begin() + static_cast<std::ptrdiff_t>(i), arguments.end());
  return line;
}

std::vector<std::string> split_words(const std::string& text) { return boost::program_options::split_unix(text); }

}  // namespace galen::launch
