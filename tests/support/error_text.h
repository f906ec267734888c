#pragma once

#include "galen/error.h"

#include <functional>
#include <string>

namespace galen::test {

/// What `work` says when it throws galen::Error; empty where it does not throw.
inline std::string error_text(const std::function<void()>& work) {
  try {
    work();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

}  // namespace galen::test
