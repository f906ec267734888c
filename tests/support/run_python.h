#pragma once

#include "tests/support/run_program.h"

#include <filesystem>
#include <string>
#include <vector>

namespace galen::test {

/// Runs Python (python() of places.h, which must be there) with these arguments: a script's file, or "-c" and its text, and then the
/// script's own. As run_program() with them, in `folder` where it is not empty; but what scripts import is loaded once in a test program,
/// by an interpreter that forks for each call. Throws galen::Error where that interpreter has ended.
ProgramResult run_python(const std::vector<std::string>& arguments, const std::filesystem::path& folder = {});

}  // namespace galen::test
