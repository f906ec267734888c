#include "data/formats/images/split_folder.h"

#include "galen/lower_case.h"

#include <map>

namespace galen::data {

std::optional<Subset> subset_named(const std::string& folder) {
  static const std::map<std::string, Subset> kSubsets = {
      {"train", Subset::kTrain},           {"training", Subset::kTrain}, {"val", Subset::kValidation}, {"valid", Subset::kValidation},
      {"validation", Subset::kValidation}, {"test", Subset::kTest},      {"testing", Subset::kTest}};
  const auto found = kSubsets.find(lower_case(folder));
  return found == kSubsets.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace galen::data
