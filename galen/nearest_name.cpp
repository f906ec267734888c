#include "galen/nearest_name.h"

#include "galen/edit_distance.h"

#include <fmt/format.h>

#include <algorithm>

namespace galen {
namespace {

std::size_t most_typing_errors(std::string_view name) {
  return name.size() < 3 ? 0 : name.size() < 5 ? 1 : std::max<std::size_t>(2, name.size() / 3);
}

}  // namespace

std::string nearest_name(std::string_view name, std::span<const std::string> known) {
  return nearest_name(name, known, [name](const std::string& candidate) { return edit_distance(name, candidate); });
}

std::string nearest_name(std::string_view name, std::span<const std::string> known,
                         const std::function<std::size_t(const std::string& known)>& errors_to) {
  std::string nearest;
  std::size_t fewest = most_typing_errors(name) + 1;
  for (const std::string& candidate : known) {
    const std::size_t errors = errors_to(candidate);
    if (errors >= fewest) continue;
    nearest = candidate;
    fewest = errors;
  }
  return nearest;
}

std::string suggestion_of(const std::string& meant) { return meant.empty() ? "" : fmt::format(" Did you mean {}?", meant); }

}  // namespace galen
