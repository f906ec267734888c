#include "data/formats/nifti/label_map_pairing.h"

#include "galen/error.h"

#include "data/formats/nifti/bids_name.h"
#include "data/formats/nifti/nifti_names.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <functional>
#include <map>
#include <set>

namespace galen::data {
namespace {

namespace fs = std::filesystem;

constexpr const char* kAdvice =
    "Pass --masks PATTERN, a regular expression that finds the label maps and whose group is the case, as in 'labels/(case[0-9]+)', or "
    "--masks none where these are images";

/// Cases under construction; an image belongs to one case at most.
class Cases {
 public:
  explicit Cases(const std::vector<NamedFile>& images) : images_(images), case_of_(images.size()) {}

  /// `members`: numbers of images and their channels.
  void add(const std::vector<std::pair<std::size_t, std::string>>& members, const NamedFile& label) {
    std::string key;
    for (const auto& [image, channel] : members) key += images_[image].path + '\n';
    for (const auto& [image, channel] : members) {
      std::string& owner = case_of_[image];
      if (!owner.empty() && owner != key) {
        throw UsageError("{}: could go with {} and with {}. {}.", images_[image].path, cases_.at(owner).labels.front(), label.path,
                         kAdvice);
      }
      owner = key;
    }
    MatchedCase& one = cases_[key];
    if (!one.labels.empty()) {
      throw UsageError("{} and {} are both label maps of {}; a case has one. {}.", one.labels.front(), label.path,
                       images_[members.front().first].path, kAdvice);
    }
    for (const auto& [image, channel] : members) one.images.emplace_back(channel, images_[image].path);
    one.labels.push_back(label.path);
  }

  Pairing take() {
    Pairing pairing;
    for (auto& [key, one] : cases_) pairing.cases.push_back(std::move(one));
    for (std::size_t i = 0; i < images_.size(); ++i) {
      if (case_of_[i].empty()) pairing.left_out.push_back(images_[i].below);
    }
    return pairing;
  }

 private:
  const std::vector<NamedFile>& images_;
  std::vector<std::string> case_of_;
  std::map<std::string, MatchedCase> cases_;
};

using Members = std::vector<std::pair<std::size_t, std::string>>;

/// Finds the images of a label map, by the first of three ways that finds any.
class ByName {
 public:
  explicit ByName(const std::vector<NamedFile>& images) : images_(images) {
    for (std::size_t i = 0; i < images.size(); ++i) {
      const std::string key = path_without_roles(images[i].below);
      same_name_[key].emplace_back(i, "");
      std::string channel;
      const std::string name = path_without_channel(key, channel);
      if (!channel.empty()) same_case_[name].emplace_back(i, channel);
      if (const auto bids = BidsName::parse(images[i].below)) bids_[bids->subject()].emplace_back(i, *bids);
    }
  }

  Members images_of(const NamedFile& label) const {
    std::string name = label.below;
    if (const std::size_t at = label.match.empty() ? std::string::npos : name.find(label.match); at != std::string::npos)
      name.erase(at, label.match.size());
    const std::string key = path_without_roles(name);
    for (const auto* known : {&same_name_, &same_case_}) {
      const auto found = known->find(key);
      if (found == known->end()) continue;
      if (known == &same_name_ && found->second.size() > 1) {
        throw UsageError("{}: could go with {} and with {}. {}.", label.path, images_[found->second[0].first].path,
                         images_[found->second[1].first].path, kAdvice);
      }
      return found->second;
    }
    return by_bids(label);
  }

 private:
  /// The images that share the most with the label map; of those, the ones in the same place, else the raw ones.
  Members by_bids(const NamedFile& label) const {
    const auto name = BidsName::parse(label.below);
    const auto subject = name ? bids_.find(name->subject()) : bids_.end();
    if (subject == bids_.end()) return {};
    std::map<std::pair<int, int>, Members> by_likeness;
    for (const auto& [i, image] : subject->second) {
      const int shared = name->shared_with(image);
      if (shared < 0) continue;
      const bool same_folder = fs::path(images_[i].below).parent_path() == fs::path(label.below).parent_path();
      const bool is_raw = !images_[i].below.starts_with("derivatives/");
      by_likeness[{shared, same_folder ? 2 : is_raw ? 1 : 0}].emplace_back(i, image.suffix());
    }
    return by_likeness.empty() ? Members{} : by_likeness.rbegin()->second;
  }

  const std::vector<NamedFile>& images_;
  std::map<std::string, Members> same_name_;
  std::map<std::string, Members> same_case_;  // as images of several channels
  std::map<std::string, std::vector<std::pair<std::size_t, BidsName>>> bids_;
};

/// A folder of label maps, of one structure each, beside the one image of a case. Nothing where that does not fit all label maps.
std::optional<Pairing> pair_structures(const std::vector<NamedFile>& images, const std::vector<NamedFile>& labels) {
  std::map<std::string, MatchedCase> cases;  // by folder
  for (const NamedFile& image : images) cases[fs::path(image.below).parent_path()].images.emplace_back("", image.path);
  Pairing pairing;
  std::set<std::string> structures;
  for (const NamedFile& label : labels) {
    const fs::path folder = fs::path(label.below).parent_path();
    const auto found = cases.find(folder.parent_path());
    if (!folder.has_filename() || !is_label_name(folder.filename()) || found == cases.end() || found->second.images.size() != 1) return {};
    found->second.labels.push_back(label.path);
    structures.insert(nifti_stem(label.path));
  }
  pairing.structures.assign(structures.begin(), structures.end());
  for (auto& [folder, one] : cases) {
    if (!one.labels.empty()) {
      pairing.cases.push_back(std::move(one));
    } else {
      for (const auto& [channel, path] : one.images) pairing.left_out.push_back(path);
    }
  }
  return pairing;
}

/// Whether `path` holds `text` between signs that are neither letters nor digits; replaces it by *.
bool replace_case(std::string& path, const std::string& text) {
  const auto is_border = [&](std::size_t at) { return at >= path.size() || std::isalnum(static_cast<unsigned char>(path[at])) == 0; };
  bool found = false;
  for (std::size_t at = path.find(text); at != std::string::npos; at = path.find(text, at + 1)) {
    if ((at > 0 && !is_border(at - 1)) || !is_border(at + text.size())) continue;
    path = path.substr(0, at) + '*' + path.substr(at + text.size());
    found = true;
  }
  return found;
}

}  // namespace

MaskPattern::MaskPattern(const std::string& option) {
  if (option == "auto" || option == "none") return;
  try {
    expression_.emplace(option);
  } catch (const std::regex_error&) {
    throw UsageError("--masks {} is neither auto nor none, nor a regular expression such as 'labels/(case[0-9]+)'.", option);
  }
}

bool MaskPattern::finds(NamedFile& file) const {
  std::smatch match;
  if (!expression_ || !std::regex_search(file.below, match, *expression_)) return false;
  file.match = match.size() > 1 ? match[1].str() : match[0].str();
  return true;
}

Pairing pair_by_name(const std::vector<NamedFile>& images, const std::vector<NamedFile>& labels) {
  const ByName names(images);
  Cases cases(images);
  std::vector<std::string> unmatched;
  for (const NamedFile& label : labels) {
    const Members members = names.images_of(label);
    if (members.empty()) {
      unmatched.push_back(label.path);
    } else {
      cases.add(members, label);
    }
  }
  if (unmatched.size() == labels.size()) {
    if (std::optional<Pairing> structures = pair_structures(images, labels)) return std::move(*structures);
    throw UsageError("{}: is named as a label map{}, but no image goes with it in a way that Galen knows. {}.", labels.front().path,
                     labels.size() == 1 ? "" : fmt::format(", as are {} files", labels.size()), kAdvice);
  }
  Pairing pairing = cases.take();
  pairing.unmatched = std::move(unmatched);
  return pairing;
}

Pairing pair_by_case(const std::vector<NamedFile>& images, const std::vector<NamedFile>& labels) {
  Cases cases(images);
  std::vector<std::string> unmatched;
  for (const NamedFile& label : labels) {
    Members members;
    for (std::size_t i = 0; i < images.size() && !label.match.empty(); ++i) {
      std::string rest = images[i].below;
      if (replace_case(rest, label.match)) members.emplace_back(i, rest);
    }
    if (members.size() == 1) members.front().second.clear();
    if (members.empty()) {
      unmatched.push_back(label.path);
    } else {
      cases.add(members, label);
    }
  }
  if (unmatched.size() == labels.size()) {
    throw UsageError("{}: no image's path holds \"{}\", which --masks finds as its case between signs that are neither letters nor digits.",
                     labels.front().path, labels.front().match);
  }
  Pairing pairing = cases.take();
  pairing.unmatched = std::move(unmatched);
  return pairing;
}

}  // namespace galen::data
