#pragma once

#include "tests/support/temporary_folder.h"

#include <filesystem>
#include <string>
#include <vector>

namespace galen::test {

/// A folder for the shared-memory files of Open MPI's ranks of one job, instead of /dev/shm, which other jobs use as well.
class JobMemory {
 public:
  /// To be started with: ProgramOptions::environment.
  std::vector<std::string> environment() const { return {"OMPI_MCA_btl_vader_backing_directory=" + folder_.path().string()}; }

  /// Names of the files that the job left.
  std::vector<std::string> left_behind() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) names.push_back(entry.path().filename().string());
    return names;
  }

 private:
  TemporaryFolder folder_;
};

}  // namespace galen::test
