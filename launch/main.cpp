#include "comm/mpi_communicator.h"
#include "comm/single_communicator.h"
#include "data/files/reading_file.h"
#include "galen/error.h"
#include "launch/commands.h"
#include "launch/exit_code.h"
#include "launch/failure.h"
#include "launch/help.h"
#include "launch/paragraph.h"
#include "launch/started_alone.h"
#include "launch/suggestion.h"

#include <algorithm>
#include <cstdio>

namespace galen::launch {

namespace {

constexpr char kDebug[] = "--debug";

std::string overview() {
  std::string text = "galen COMMAND [--key value …]\n\nTrains models on medical data, data-parallel under mpirun.\n\nCommands\n";
  for (const Command& command : commands()) text += fmt::format("  {:<10} {}\n", command.name, command.summary);
  return text +
         "\n--help after a command shows its options, with examples; --debug shows where an error came from.\n\nExamples\n"
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

// A mistake in the command is found by all ranks alike, so the first one speaks and all leave in peace. Anything else may have struck one
// rank alone, with the others deep in a collective.
int fail(const Failure& failure, const comm::Communicator& world) {
  if (world.size() > 1 && failure.exit_code != kUsage) {
    const std::string heading = fmt::format("galen: rank {}: ", world.rank());
    comm::abort_job(MPI_COMM_WORLD, wrap(heading + failure.message, 7).substr(heading.size()), failure.exit_code);
  }
  if (world.rank() == 0) print_failure(failure.message);
  return failure.exit_code;
}

int run(const std::string& name, const Arguments& arguments, comm::Communicator& world) {
  const Command* command = find_command(name);
  if (command == nullptr) throw_unknown_command(name);
  return command->run(arguments, world);
}

int run_or_fail(const std::string& name, const Arguments& arguments, comm::Communicator& world) {
  try {
    return run(name, arguments, world);
  } catch (...) {
    return fail(describe(std::current_exception()), world);
  }
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
  const auto run_in = debug ? run : run_or_fail;

  const Command* command = find_command(name);
  const bool alone = command != nullptr && (!command->parallel || asks_for_help(arguments));
  if (alone) {
    if (number_of(current_environment(), "OMPI_COMM_WORLD_RANK") > 0) return kDone;  // the first one does it
    data::explain_crashes();
    return run_in(name, arguments, *comm::make_single_communicator());
  }

  comm::MpiSession session(argc, argv);
  data::explain_crashes();  // Open MPI has set handlers of its own
  const auto world = comm::make_mpi_communicator(MPI_COMM_WORLD);
  if (world->size() == 1) check_meant_to_be_alone(name, current_environment());
  return run_in(name, arguments, *world);
}

}  // namespace

}  // namespace galen::launch

int main(int argc, char** argv) {
  using namespace galen::launch;
  Arguments arguments(argv + 1, argv + argc);
  if (std::erase(arguments, kDebug) > 0) {
    trace_uncaught_exceptions();
    return dispatch(argc, argv, arguments, /*debug=*/true);
  }
  try {
    return dispatch(argc, argv, arguments, /*debug=*/false);
  } catch (...) {
    const Failure failure = describe(std::current_exception());
    print_failure(failure.message);
    return failure.exit_code;
  }
}
