#include "galen/nearest_name.h"

#include "galen/edit_distance.h"

#include <algorithm>

namespace galen {

std::size_t most_typing_errors(std::string_view name) {
  return name.size() < 3 ? 0 : name.size() < 5 ? 1 : std::max<std::size_t>(2, name.size() / 3);
}

std::string nearest_name(std::string_view name, std::span<const std::string> known) {
  std::string nearest;
  std::size_t fewest = most_typing_errors(name) + 1;
  for (const std::string& candidate : known) {
    const std::size_t errors = edit_distance(name, candidate);
    if (errors >= fewest) continue;
    nearest = candidate;
    fewest = errors;
  }
  return nearest;
}

}  // namespace galen
