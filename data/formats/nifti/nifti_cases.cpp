#include "data/formats/nifti/nifti_cases.h"

#include "data/formats/first_of.h"
#include "galen/error.h"

#include "data/formats/nifti/label_map_pairing.h"
#include "data/formats/nifti/nifti_header.h"
#include "data/formats/nifti/nifti_names.h"
#include "data/formats/options/import_options.h"
#include "data/formats/source_files.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

namespace galen::data {
namespace {

namespace fs = std::filesystem;

bool has_nifti_name(const std::string& file) {
  const std::string plain = file.ends_with(".gz") ? file.substr(0, file.size() - 3) : file;
  return plain.ends_with(".nii") || (plain.ends_with(".hdr") && is_nifti_file(file));
}

/// Files of the source that are volumes, or should be. Of a pair it is the .hdr.
std::vector<std::string> list_files(const Discovery& found, std::vector<std::string>& skipped) {
  if (!found.is_folder) {
    const std::string& source = found.source;
    const std::string partner = has_nifti_name(source) ? "" : nifti_partner(source);
    return {partner.empty() ? source : partner};
  }
  std::vector<std::string> files;
  std::map<std::string, std::string> known;
  for (const std::string& file : found.files()) {
    const bool has_voxels_alone = (file.ends_with(".img") || file.ends_with(".img.gz")) && nifti_partner(file).empty();
    if (has_voxels_alone) skipped.push_back(fmt::format("{}: its header, of the same name and ending in .hdr, is missing.", file));
    if (!has_nifti_name(file)) continue;
    const auto [other, is_new] = known.emplace(without_nifti_ending(file), file);
    if (is_new) {
      files.push_back(file);
    } else {
      skipped.push_back(
          fmt::format("{}: beside it lies {}, of the same name; one of the two is to be moved elsewhere.", file, other->second));
    }
  }
  return files;
}

/// Where there are no label maps: nnU-Net's channels, else each file by itself. Names that end in a number count cases where there is only
/// one name before it, unless the folder is one of nnU-Net's.
std::vector<MatchedCase> cases_of_images(const std::vector<NamedFile>& images) {
  std::map<std::string, MatchedCase> by_name;
  bool is_nnunet = !images.empty();
  bool has_its_folders = true;
  for (const NamedFile& image : images) {
    std::string channel;
    const std::string name = path_without_channel(image.below, channel);
    by_name[name].images.push_back({channel, image.path});
    const std::string folder = fs::path(image.below).parent_path().filename();
    is_nnunet = is_nnunet && is_channel_number(channel) && folder.starts_with("images");
    has_its_folders = has_its_folders && (folder == "imagesTr" || folder == "imagesTs");
  }
  std::vector<MatchedCase> cases;
  if (is_nnunet && (by_name.size() > 1 || has_its_folders)) {
    for (auto& [name, one] : by_name) cases.push_back(std::move(one));
  } else {
    for (const NamedFile& image : images) cases.push_back({{{"", image.path}}, {}});
  }
  return cases;
}

/// The channels that most cases have, in order. Cases of other channels are left out.
void agree_on_channels(std::vector<MatchedCase>& cases, NiftiCases& result) {
  std::map<std::vector<std::string>, int> frequency;
  const auto channels_of = [](const MatchedCase& one) {
    std::vector<std::string> names;
    for (const auto& [channel, path] : one.images) names.push_back(channel);
    return names;
  };
  for (MatchedCase& one : cases) {
    std::sort(one.images.begin(), one.images.end());
    ++frequency[channels_of(one)];
  }
  if (frequency.empty()) return;
  const auto usual =
      std::max_element(frequency.begin(), frequency.end(), [](const auto& a, const auto& b) { return a.second < b.second; })->first;
  std::erase_if(cases, [&](const MatchedCase& one) {
    const std::vector<std::string> channels = channels_of(one);
    if (channels.size() == usual.size() && (channels == usual || usual.size() == 1)) return false;
    result.skipped.push_back(fmt::format("{}: its case has the images {}, where most cases have {}.", one.images.front().second,
                                         fmt::join(channels, ", "), fmt::join(usual, ", ")));
    return true;
  });
  if (usual.size() > 1) {
    result.channels = usual;
    result.notes.push_back(fmt::format("The images of a case become its channels, in this order: {}.", fmt::join(usual, ", ")));
  }
}

std::string left_out(const std::vector<std::string>& files, const char* what) {
  return fmt::format("{} volume{} {} left out: {}.", files.size(), files.size() == 1 ? "" : "s", what, first_of(files, ", "));
}

}  // namespace

NiftiCases find_nifti_cases(const Discovery& found, const std::string& masks) {
  const std::string& source = found.source;
  NiftiCases result;
  std::vector<NamedFile> images;
  std::vector<NamedFile> labels;
  std::vector<std::string> passed_over;
  const MaskPattern pattern(masks);
  int named_as_labels = 0;
  for (const std::string& path : list_files(found, result.skipped)) {
    NamedFile file = {path, without_nifti_ending(path_below(source, path)), {}};
    const bool by_name = is_label_path(file.below);
    named_as_labels += by_name;
    if (masks == "auto" ? by_name : pattern.finds(file)) {
      labels.push_back(std::move(file));
    } else if (by_name && masks != "none") {
      passed_over.push_back(file.below);
    } else {
      images.push_back(std::move(file));
    }
  }
  if (!passed_over.empty()) result.notes.push_back(left_out(passed_over, "named as label maps that --masks does not find"));
  if (masks == "none" && named_as_labels > 0)
    result.notes.push_back(fmt::format("{} of the volumes are named as label maps; with --masks none they are samples.", named_as_labels));
  if (masks != "auto" && masks != "none" && labels.empty())
    throw UsageError("{}: --masks {} finds no label map among its {} volumes.", source, masks, images.size() + passed_over.size());

  std::vector<MatchedCase> cases;
  if (labels.empty()) {
    cases = cases_of_images(images);
  } else {
    Pairing pairing = pattern.has_case() ? pair_by_case(images, labels) : pair_by_name(images, labels);
    for (const std::string& label : pairing.unmatched)
      result.skipped.push_back(fmt::format("{}: is a label map that no image goes with.", label));
    if (!pairing.left_out.empty()) result.notes.push_back(left_out(pairing.left_out, "without a label map"));
    cases = std::move(pairing.cases);
    result.structures = std::move(pairing.structures);
  }
  agree_on_channels(cases, result);
  for (MatchedCase& one : cases) {
    NiftiCase& added = result.cases.emplace_back();
    for (auto& [channel, path] : one.images) added.images.push_back(path);
    added.labels = std::move(one.labels);
  }
  std::sort(result.cases.begin(), result.cases.end(), [](const NiftiCase& a, const NiftiCase& b) { return a.images < b.images; });
  return result;
}

}  // namespace galen::data
