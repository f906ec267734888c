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

/// A program's stderr without the note on files that other users' dead jobs left on this machine.
inline std::string without_leftovers(std::string errors) {
  const std::size_t mention = errors.find("--remove-leftovers");
  const std::size_t begin = mention == std::string::npos ? mention : errors.rfind("galen: note: ", mention);
  if (begin == std::string::npos) return errors;
  const std::size_t end = errors.find('\n', mention);
  return errors.erase(begin, end == std::string::npos ? end : end + 1 - begin);
}

inline ProgramResult run_galen(const std::filesystem::path& folder, const std::vector<std::string>& arguments, int ranks = 1) {
  ProgramResult result = run_program(galen_command(arguments, ranks), {.environment = {"OMP_NUM_THREADS=1"}, .folder = folder});
  result.errors = without_leftovers(std::move(result.errors));
  return result;
}

}  // namespace galen::test
