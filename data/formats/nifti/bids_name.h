#pragma once

#include <map>
#include <optional>
#include <string>

namespace galen::data {

/// A file's name as BIDS (https://bids.neuroimaging.io) has it: entities KEY-VALUE and a suffix, sub-01_ses-2_T1w.
class BidsName {
 public:
  /// Of a path without ending; nothing where its name does not begin with sub-.
  static std::optional<BidsName> parse(const std::string& path);

  const std::string& subject() const { return entities_.at("sub"); }
  const std::string& suffix() const { return suffix_; }

  /// How many entities an image has in common with this label map, its suffix counted where the label map's name has it too; less than 0
  /// where the two contradict each other. What describes the label map alone (desc, label) does not count.
  int shared_with(const BidsName& image) const;

 private:
  std::map<std::string, std::string> entities_;
  std::string suffix_;
  std::string name_;
};

}  // namespace galen::data
