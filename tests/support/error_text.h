#pragma once

#include "galen/error.h"

#include <functional>
#include <string>

namespace galen::test {

/// The message of the galen::Error that `work` throws; empty if it does not throw.
inline std::string error_text(const std::function<void()>& work) {
  try {
    work();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

}  // namespace galen::test
