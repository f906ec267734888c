#pragma once

#include "data/files/reading_file.h"
#include "tests/support/mutations.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>

namespace galen::test {

/// What no check of ours can prevent: the library overruns its own memory. The program then ends with a sentence
/// (data/files/reading_file.h); the sanitizers see the overrun before that.
inline bool is_crash_of_the_library(const std::string& cause) {
  return cause.find("reading it crashed the HDF5 library") != std::string::npos ||
         (cause.find("AddressSanitizer") != std::string::npos && cause.find("libhdf5") != std::string::npos);
}

/// Runs `task(0)` … `task(count - 1)` in children, of which one in five hundred may crash the library and none may do anything else but
/// return. `name(i)`: for the failures.
inline void expect_survival(int count, const std::function<void(int)>& task, const std::function<std::string(int)>& name) {
  int crashes_of_the_library = 0;
  const auto explained = [&](int i) {
    data::explain_crashes();
    task(i);
  };
  for (const Death& death : run_in_children(count, explained)) {
    if (is_crash_of_the_library(death.cause)) {
      ++crashes_of_the_library;
    } else {
      ADD_FAILURE() << name(death.task) << ": " << death.cause;
    }
  }
  std::printf("%d of %d crashed the HDF5 library\n", crashes_of_the_library, count);
  EXPECT_LE(crashes_of_the_library, count / 500);
}

inline void replace_file(const std::string& path, const std::string& bytes) {
  std::filesystem::remove(path);  // file systems bring a file that is cut and written again to the disk at once
  std::ofstream(path, std::ios::binary) << bytes;
}

}  // namespace galen::test
