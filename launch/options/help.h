#pragma once

#include "launch/options/option.h"

#include <string>
#include <vector>

namespace galen::launch {

/// The contents of a command's --help, except its options.
struct Manual {
  std::string usage;    ///< "galen train [FILE.cfg] [--key value …]"
  std::string purpose;  ///< a paragraph
  std::vector<std::string> examples;
};

bool asks_for_help(const std::vector<std::string>& arguments);

/// A paragraph for each option; defaults are the options' present values.
std::string options_text(const std::vector<Option>& options);

/// The manual as a terminal shows it; defaults are the options' present values.
std::string to_text(const Manual& manual, const std::vector<Option>& options);

}  // namespace galen::launch
