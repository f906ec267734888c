#include "data/formats/nifti/bids_name.h"

#include <algorithm>
#include <filesystem>

namespace galen::data {

std::optional<BidsName> BidsName::parse(const std::string& path) {
  BidsName name;
  name.name_ = std::filesystem::path(path).filename();
  if (!name.name_.starts_with("sub-")) return {};
  std::size_t begin = 0;
  while (begin < name.name_.size()) {
    const std::size_t end = std::min(name.name_.find('_', begin), name.name_.size());
    const std::string word = name.name_.substr(begin, end - begin);
    const std::size_t dash = word.find('-');
    if (dash == std::string::npos) {
      name.suffix_ = word;
    } else {
      name.entities_[word.substr(0, dash)] = word.substr(dash + 1);
    }
    begin = end + 1;
  }
  return name;
}

int BidsName::shared_with(const BidsName& image) const {
  int shared = 0;
  for (const auto& [key, value] : image.entities_) {
    if (key == "desc" || key == "label") continue;
    const auto ours = entities_.find(key);
    if (ours == entities_.end() && (key == "ses" || key == "run")) return -1;
    if (ours == entities_.end()) continue;
    if (ours->second != value) return -1;
    ++shared;
  }
  return shared + (!image.suffix_.empty() && name_.find("_" + image.suffix_) != std::string::npos ? 1 : 0);
}

}  // namespace galen::data
