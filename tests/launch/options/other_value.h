#pragma once

#include "galen/option.h"

#include <gtest/gtest.h>

#include <string>

namespace galen::launch {

/// Gives the option a value that it does not have.
inline void set_other_value(const Option& option) {
  const std::string before = option.get();
  for (const std::string& choice : option.choices) {
    if (option.get() == before) option.set(choice);
  }
  for (const char* sample : {"0.25", "3", "7", "0.1,0.2,0.7", "5,6", "true", "false", "file:net.pt", "other"}) {
    if (option.get() == before) option.set(sample);
  }
  EXPECT_NE(option.get(), before) << option.key;
}

}  // namespace galen::launch
