#include "launch/doctor.h"

#include "launch/commands.h"
#include "launch/configuration.h"
#include "launch/exit_code.h"
#include "launch/help.h"

#include <algorithm>
#include <cstdio>

namespace galen::launch {

namespace {

const Manual kManual = {
    "galen doctor",
    "Tells what this machine offers (MPI, LibTorch, HDF5, cores, memory, shared memory, CUDA, GPUs, NCCL), what is wrong with it and what "
    "to do. Exit code 1 where something is wrong.",
    {"galen doctor"}};

}  // namespace

int doctor(const Arguments& arguments, comm::Communicator&) {
  if (asks_for_help(arguments)) {
    std::fputs(to_text(kManual, {}).c_str(), stdout);
    return kDone;
  }
  parse_command_line(arguments, {}, /*operands=*/0);

  std::vector<Finding> findings = examine_machine();
  for (Finding& finding : examine_gpus()) findings.push_back(std::move(finding));
  std::fputs(to_text(findings).c_str(), stdout);
  const bool wrong =
      std::any_of(findings.begin(), findings.end(), [](const Finding& finding) { return finding.kind == Finding::Kind::kWrong; });
  return wrong ? kFailed : kDone;
}

}  // namespace galen::launch
