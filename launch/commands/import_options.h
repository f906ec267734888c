#pragma once

#include "data/import/import.h"
#include "data/import/repack.h"
#include "launch/options/option.h"

#include <vector>

namespace galen::launch {

/// The options of galen import.
struct ImportCommand {
  data::ImportOptions import;
  bool repack = false;
  data::RepackOptions layout;
  double deadline = 300;
};

/// They set `command`, which outlives them.
std::vector<Option> import_options(ImportCommand& command);

}  // namespace galen::launch
