#include "galen/error.h"
#include "galen/shell_text.h"
#include "launch/commands/commands.h"
#include "launch/node/free_space.h"
#include "launch/options/configuration.h"
#include "launch/options/help.h"
#include "launch/process/exit_code.h"
#include "launch/starting/plan.h"
#include "launch/supervision/supervisor.h"

#include <cstdio>

namespace galen::launch {

namespace {

const Manual kLaunchManual = {
    "galen launch [-n N] [--key value …] COMMAND [its arguments]",
    "Starts train, evaluate, predict, import or bench on several workers, by mpirun: finds cores, GPUs and hosts (those of the Slurm job "
    "where it "
    "is in one, sets threads, and passes the environment on to other hosts (OMP_*, CUDA_*, NCCL_*, HDF5_*, GALEN_*, PATH, "
    "LD_LIBRARY_PATH). "
    "Ctrl-C and SIGUSR1 end a training run with a checkpoint; a second Ctrl-C ends it at once. With --restarts, a training run whose job "
    "fails or "
    "hangs is restarted from its newest checkpoint on the hosts that are left, and ends with the same bits as an undisturbed one; "
    "run.folder's events.jsonl records the failures. galen, the configuration and the data must have the same paths on all "
    "hosts. "
    "Exit "
    "codes are those of the command; 1 for a job that is not restarted.",
    {
        "galen launch train configs/quickstart.cfg",
        "galen launch -n 4 --restarts 10 train configs/quickstart.cfg --resume auto",
        "galen launch --gpus all train configs/breastmnist_resnet18.cfg",
        "galen launch --hosts a:4,b:4 --restarts 10 train configs/breastmnist_resnet18.cfg",
        "galen launch -n 2 --dry-run evaluate --checkpoint runs/quickstart/best",
    }};

Surroundings look_around(const LaunchOptions& options, const LaunchedCommand& command) {
  Surroundings around;
  around.environment = current_environment();
  around.machine = examine_this_machine(/*count_gpus=*/command.may_use_gpus && options.gpus != "none");
  around.slurm = slurm_allocation(around.environment);
  if (const int copies = number_of(around.environment, "SLURM_STEP_NUM_TASKS"); copies > 1) {
    throw UsageError(
        "srun has started {} copies of galen launch, and each would start all workers. Call it in the job script without srun.", copies);
  }
  return around;
}

}  // namespace

int launch(const Arguments& arguments, comm::Communicator& alone) {
  LaunchOptions options;
  Configuration configuration(launch_options(options));
  const LaunchLine line = split_launch_line(arguments, configuration.options());
  if (asks_for_help(line.own) || line.command == "help") {
    std::fputs(to_text(kLaunchManual, configuration.options()).c_str(), stdout);
    return kDone;
  }
  configuration.read(parse_command_line(line.own, configuration.options(), /*operands=*/0));
  if (line.command.empty()) throw UsageError("There is no command to start. Name it: galen launch -n 2 train FILE.cfg");
  const Command& asked = find_launchable(line.command);
  if (asks_for_help(line.arguments)) return asked.run(line.arguments, alone);

  const LaunchedCommand command = read_launched_command(line.command, line.arguments);
  if (!command.trains) configuration.refuse({"restarts", "tries", "hang-after"}, "is for galen launch train");
  if (options.restarts == 0) configuration.refuse({"tries"}, "is for restarts: allow them with --restarts N");
  Surroundings around = look_around(options, command);
  if (!options.dry_run) check_room_for_mpirun();
  if (!options.dry_run) return supervise(options, command, std::move(around));

  const Plan plan = make_plan(options, command, around);
  for (const std::string& note : plan.notes) fmt::print(stderr, "galen: note: {}\n", note);
  fmt::print("{}\n", shell_text(mpirun_line(plan, options, around, command.name, command.arguments)));
  return kDone;
}

}  // namespace galen::launch
