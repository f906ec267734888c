#include "data/formats/first_of.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

namespace galen::data {
namespace {

constexpr std::size_t kMostListed = 20;

}  // namespace

std::string first_of(const std::vector<std::string>& sentences, const std::string& separator) {
  const std::size_t shown = std::min(sentences.size(), kMostListed);
  std::string text = fmt::format("{}", fmt::join(sentences.begin(), sentences.begin() + shown, separator));
  if (shown < sentences.size()) text += fmt::format("{}and {} more", separator, sentences.size() - shown);
  return text;
}

}  // namespace galen::data
