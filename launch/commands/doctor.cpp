#include "launch/node/doctor.h"

#include "launch/commands/commands.h"
#include "launch/node/leftovers.h"
#include "launch/options/configuration.h"
#include "launch/options/help.h"
#include "launch/options/option.h"
#include "launch/process/exit_code.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

namespace galen::launch {

namespace {

const Manual kDoctorManual = {
    "galen doctor",
    "Shows this machine's resources (MPI, LibTorch, HDF5, cores, memory, free space in /dev/shm and TMPDIR, files that dead jobs "
    "left there, /proc, "
    "the processor's arithmetic, CUDA, GPUs, NCCL), problems with them and what to do. Each job checks its nodes "
    "when it starts, "
    "and their clocks. Exit code 1 if something is wrong.",
    {"galen doctor", "galen doctor --remove-leftovers"}};

}  // namespace

int doctor(const Arguments& arguments, comm::Communicator&) {
  bool remove = false;
  Configuration configuration({flag("remove-leftovers", remove,
                                    "Remove shared memory that this user's dead jobs left in /dev/shm (vader_segment.…): files that no "
                                    "process uses and that are at least some seconds old.")});
  if (asks_for_help(arguments)) {
    std::fputs(to_text(kDoctorManual, configuration.options()).c_str(), stdout);
    return kDone;
  }
  configuration.read(parse_command_line(arguments, configuration.options(), /*operands=*/0));

  if (remove) {
    const Leftovers leftovers = find_leftovers("/dev/shm");
    fmt::print("Removed {} of {} files of dead jobs from /dev/shm.\n", remove_leftovers(leftovers), leftovers.files.size());
  }
  std::vector<Finding> findings = examine_machine();
  for (Finding& finding : examine_gpus()) findings.push_back(std::move(finding));
  std::fputs(to_text(findings).c_str(), stdout);
  const bool wrong =
      std::any_of(findings.begin(), findings.end(), [](const Finding& finding) { return finding.kind == Finding::Kind::kWrong; });
  return wrong ? kFailed : kDone;
}

}  // namespace galen::launch
