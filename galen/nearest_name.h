#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace galen {

/// The known name from which `name` differs least, the first of several; empty if it differs from all in more than a third of its letters.
/// A name of one or two letters is near to anything, so it must be exact.
std::string nearest_name(std::string_view name, std::span<const std::string> known);

/// The same with another distance than edit_distance(): the typing errors from `name` to a known one.
std::string nearest_name(std::string_view name, std::span<const std::string> known,
                         const std::function<std::size_t(const std::string& known)>& errors_to);

/// " Did you mean NAME?", for the end of an error's first sentence; empty if `meant` is.
std::string suggestion_of(const std::string& meant);

}  // namespace galen
