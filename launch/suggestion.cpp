#include "launch/suggestion.h"

#include "galen/edit_distance.h"

#include <fmt/format.h>

#include <algorithm>

namespace galen::launch {

namespace {

std::string last_part(const std::string& name) { return name.substr(name.rfind('.') + 1); }

}  // namespace

std::string nearest(const std::string& name, std::span<const std::string> known) {
  std::string best;
  std::size_t best_distance = std::max<std::size_t>(2, name.size() / 3) + 1;
  for (const std::string& candidate : known) {
    std::size_t distance = edit_distance(name, candidate);
    if (name.find('.') == std::string::npos) distance = std::min(distance, edit_distance(name, last_part(candidate)));
    if (distance < best_distance) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

std::string did_you_mean(const std::string& name, std::span<const std::string> known, const std::string& prefix) {
  const std::string found = nearest(name, known);
  return found.empty() ? "" : fmt::format(" Did you mean {}{}?", prefix, found);
}

}  // namespace galen::launch
