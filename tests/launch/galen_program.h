#pragma once

#include "tests/support/places.h"
#include "tests/support/run_program.h"

#include <string>
#include <vector>

namespace galen::test {

/// The galen command as a user types it, in `folder`: alone, or under mpirun with so many ranks.
inline std::vector<std::string> galen_command(const std::vector<std::string>& arguments, int ranks = 1) {
  std::vector<std::string> command;
  if (ranks > 1) command = {(source_folder() / "launch/mpirun.sh").string(), "-np", std::to_string(ranks)};
  command.push_back(GALEN_PROGRAM);
  command.insert(command.end(), arguments.begin(), arguments.end());
  return command;
}

inline ProgramResult run_galen(const std::filesystem::path& folder, const std::vector<std::string>& arguments, int ranks = 1) {
  return run_program(galen_command(arguments, ranks), {.environment = {"OMP_NUM_THREADS=1"}, .folder = folder});
}

}  // namespace galen::test
