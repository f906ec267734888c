#include "comm/end_guard.h"
#include "comm/mpi_communicator.h"
#include "comm/single_communicator.h"
#include "comm/watchdog.h"
#include "data/files/reading_file.h"
#include "galen/error.h"
#include "galen/terminal_text.h"
#include "launch/commands/commands.h"
#include "launch/node/first_look.h"
#include "launch/node/ranks_agree.h"
#include "launch/open_mpi/open_mpi.h"
#include "launch/options/experiment_options.h"
#include "launch/options/help.h"
#include "launch/options/suggestion.h"
#include "launch/process/exit_code.h"
#include "launch/process/failure.h"
#include "launch/process/standard_output.h"
#include "launch/starting/started_alone.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <optional>

namespace galen::launch {

namespace {

constexpr char kDebug[] = "--debug";

std::string overview() {
  std::string text = "galen COMMAND [--key value …]\n\nTrains models on medical data, data-parallel under mpirun.\n\nCommands\n";
  for (const Command& command : commands()) text += fmt::format("  {:<10} {}\n", command.name, command.summary);
  return text +
         "\n--help after a command shows its options, with examples; --debug shows the stack of an error.\n\nExamples\n"
         "  galen synth --out quickstart.h5\n"
         "  galen launch -n 2 train configs/quickstart.cfg\n"
         "  galen evaluate --checkpoint runs/quickstart/best --data.split test\n";
}

const Command* find_command(const std::string& name) {
  const auto found = std::find_if(commands().begin(), commands().end(), [&](const Command& command) { return command.name == name; });
  return found == commands().end() ? nullptr : &*found;
}

[[noreturn]] void throw_unknown_command(const std::string& name) {
  std::vector<std::string> names;
  for (const Command& command : commands()) names.push_back(command.name);
  throw UsageError("There is no command {}.{} The commands are {}.", name, did_you_mean(name, names), fmt::join(names, ", "));
}

// A mistake in the command is found by all ranks, so the first one prints it and all end normally. Any other failure may be of one rank
// only, with the others inside a collective.
int fail(const Failure& failure, const comm::Communicator& world) {
  if (world.size() > 1 && !failure.is_everywhere) {
    const std::string heading = fmt::format("galen: rank {}: ", world.rank());
    comm::abort_job(MPI_COMM_WORLD, wrap(heading + failure.message, 7).substr(heading.size()), failure.exit_code);
  }
  if (world.rank() == 0) print_failure(failure.message);
  return failure.exit_code;
}

void print_notes(const std::vector<std::string>& mine, comm::Communicator& world) {
  for (const std::string& note : gather_notes(mine, world)) {
    if (world.rank() == 0) std::fprintf(stderr, "%s\n", wrap("galen: note: " + note, 7).c_str());
  }
}

using Notes = std::vector<std::string>;  // of this rank, on its node

int run(const std::string& name, const Arguments& arguments, comm::Communicator& world, const Notes& notes) {
  const Command* command = find_command(name);
  if (command == nullptr) throw_unknown_command(name);
  check_same_command(name, arguments, world);
  if (command->parallel) print_notes(notes, world);
  return command->run(arguments, world);
}

int run_or_fail(const std::string& name, const Arguments& arguments, comm::Communicator& world, const Notes& notes) {
  try {
    return run(name, arguments, world, notes);
  } catch (...) {
    return fail(describe(std::current_exception()), world);
  }
}

void say(int rank, const std::string& message) {
  const std::string heading = fmt::format("galen: rank {}: ", rank);
  std::fprintf(stderr, "%s\n", wrap(heading + message, 7).c_str());
}

// A rank that waits for others ends the job after a deadline; this process does the same where it cannot call MPI: at start and end.
comm::Watchdog::Options watched(const Environment& environment) {
  const int rank = number_of(environment, open_mpi::kRank), ranks = number_of(environment, open_mpi::kRanks);
  return {rank, ranks, kFailed, [rank](const std::string& message) { say(rank, message); }};
}

// All work is done: from this point on only mpirun waits for a rank that is stopped.
void guard_last_steps(const comm::Watchdog& watchdog, const comm::Communicator& world) {
  std::fflush(stdout);
  constexpr std::chrono::seconds kOthersSpeakFirst(5);
  const std::chrono::milliseconds deadline = watchdog.deadline();
  if (world.size() == 1 || deadline.count() == 0) return;
  comm::guard_end(deadline + kOthersSpeakFirst,
                  fmt::format("galen: rank {}: was stopped when its work was done, and has been ended.\n", world.rank()));
}

int run_on_all(int argc, char** argv, const Command& command, const Arguments& arguments, bool debug) {
  std::optional<comm::Watchdog> watchdog;
  if (number_of(current_environment(), open_mpi::kRanks) > 1) watchdog.emplace(watched(current_environment()));
  comm::Watchdog* const dog = watchdog ? &*watchdog : nullptr;
  const std::optional<double> deadline = given_deadline(arguments);
  if (dog != nullptr && deadline) dog->set_deadline(to_milliseconds(*deadline));

  const Notes notes = look_at_node(current_environment());
  comm::MpiSession session(argc, argv, dog);
  data::explain_crashes();  // after Open MPI has set its own handlers
  const auto world = comm::make_mpi_communicator(MPI_COMM_WORLD, 1 << 28, {.watchdog = dog, .patient = command.patient});
  if (world->size() == 1) check_meant_to_be_alone(command.name, current_environment());
  if (dog != nullptr) dog->works_in(command.name.c_str());
  const int exit_code = (debug ? run : run_or_fail)(command.name, arguments, *world, notes);
  if (dog != nullptr) guard_last_steps(*dog, *world);
  return exit_code;
}

// If mpirun was given several commands, the ranks of the others would wait for this one.
void check_parallel(const std::string& name, const Command* command) {
  if (command == nullptr) throw_unknown_command(name);
  if (!command->parallel)
    throw UsageError("galen {} runs as one process, but was started by an mpirun with several commands. Start it separately.", name);
}

int dispatch(int argc, char** argv, Arguments arguments, bool debug) {
  if (arguments.size() > 1 && arguments[0] == "help") arguments = {arguments[1], "--help"};
  if (arguments.empty() || arguments[0] == "-h" || arguments[0] == "--help" || arguments[0] == "help") {
    std::fputs(overview().c_str(), arguments.empty() ? stderr : stdout);
    return arguments.empty() ? kUsage : kDone;
  }
  if (arguments[0] == "--version") {
    fmt::print("galen {}\n", GALEN_VERSION);
    return kDone;
  }
  const std::string name = arguments[0];
  arguments.erase(arguments.begin());
  const Command* command = find_command(name);
  if (command != nullptr && command->parallel && !asks_for_help(arguments)) return run_on_all(argc, argv, *command, arguments, debug);

  if (number_of(current_environment(), open_mpi::kCommands) > 1) check_parallel(name, command);
  if (number_of(current_environment(), open_mpi::kRank) > 0) return kDone;  // only the first rank does it
  data::explain_crashes();
  return (debug ? run : run_or_fail)(name, arguments, *comm::make_single_communicator(), {});
}

bool keeps_results(const Arguments& arguments) {
  const Command* command = arguments.empty() ? nullptr : find_command(arguments[0]);
  const auto only_prints = [](const std::string& argument) { return argument == "--print-config" || argument == "--dry-run"; };
  return command != nullptr && command->keeps_results && !asks_for_help(arguments) && std::ranges::none_of(arguments, only_prints);
}

}  // namespace

}  // namespace galen::launch

// Skips the destructors of static objects: the process could still be stopped, or crash, in them after all work is done.
int main(int argc, char** argv) {
  using namespace galen::launch;
  const StandardOutput output;
  Arguments arguments(argv + 1, argv + argc);
  int exit_code = kFailed;
  if (std::erase(arguments, kDebug) > 0) {
    trace_uncaught_exceptions();
    exit_code = dispatch(argc, argv, arguments, /*debug=*/true);
  } else {
    try {
      exit_code = dispatch(argc, argv, arguments, /*debug=*/false);
    } catch (...) {
      const Failure failure = describe(std::current_exception());
      print_failure(failure.message);
      exit_code = failure.exit_code;
    }
  }
  _exit(output.end(exit_code, keeps_results(arguments)));
}
