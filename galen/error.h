#pragma once

#include <fmt/format.h>

#include <stdexcept>
#include <string>
#include <utility>

namespace galen {

/// Something outside the program is wrong: a file, the network, a device. The text says what is wrong, where (file, dataset, key), and what
/// to do, in one paragraph for the user. The program ends with exit code 1.
///
/// A broken invariant of our own is not an Error; it is a TORCH_CHECK.
class Error : public std::runtime_error {
 public:
  template <typename... Values>
  explicit Error(fmt::format_string<Values...> text, Values&&... values)
      : std::runtime_error(fmt::format(text, std::forward<Values>(values)...)) {}
};

/// The user's command or configuration is wrong: nothing was started, nothing was written. Exit code 2.
class UsageError : public Error {
  using Error::Error;
};

}  // namespace galen
