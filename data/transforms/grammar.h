#pragma once

#include <string>
#include <vector>

namespace galen::data {

/// One transform as it is written: "random_crop(28, 28, padding = 4)".
struct Call {
  struct Argument {
    std::string name;  ///< empty: given by its place
    std::string value;
  };

  std::string text;  ///< as the user wrote it, for errors
  std::string name;
  std::vector<Argument> arguments;
};

/// Reads a list of transforms:
///
///   list     = [ call { ";" call } [ ";" ] ]
///   call     = name [ "(" [ argument { "," argument } ] ")" ]
///   argument = [ name "=" ] value
///
/// A name is of letters, digits and underscores, a value of anything but blanks and the signs above; blanks stand anywhere between
/// them. `list` names the list in errors, which are galen::UsageError.
std::vector<Call> parse_calls(const std::string& list, const std::string& text);

}  // namespace galen::data
