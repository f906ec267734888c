#include "data/files/subset.h"

#include "galen/error.h"

#include <array>
#include <cstddef>

namespace galen::data {

Subset parse_subset(const std::string& name) {
  if (name == "train") return Subset::kTrain;
  if (name == "validation" || name == "val" || name == "valid") return Subset::kValidation;
  if (name == "test") return Subset::kTest;
  throw UsageError("there is no subset '{}'; there are train, validation and test.", name);
}

std::string to_string(Subset subset) {
  static constexpr std::array<const char*, 3> kNames = {"train", "validation", "test"};
  return kNames.at(static_cast<std::size_t>(subset));
}

std::vector<std::int64_t> members(std::span<const Subset> split, Subset subset) {
  std::vector<std::int64_t> samples;
  for (std::size_t i = 0; i < split.size(); ++i) {
    if (split[i] == subset) samples.push_back(static_cast<std::int64_t>(i));
  }
  return samples;
}

}  // namespace galen::data
