#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace galen {

/// Typing errors, as edit_distance() counts them, up to which a name is taken for a misspelt one: a third of its letters. None in a name of
/// one or two letters, which is near to anything.
std::size_t most_typing_errors(std::string_view name);

/// The known name from which `name` differs least, the first of several; empty if all differ by more than most_typing_errors().
std::string nearest_name(std::string_view name, std::span<const std::string> known);

}  // namespace galen
