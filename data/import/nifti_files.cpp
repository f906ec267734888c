#include "data/import/nifti_files.h"

#include "data/import/nifti_header.h"
#include "data/import/source_files.h"

#include <algorithm>
#include <filesystem>
#include <set>

namespace galen::data {
namespace {

namespace fs = std::filesystem;

constexpr const char* kSuffixes[] = {"_seg", "_label", "_labels", "_mask"};

std::string extension(const std::string& path) { return path.ends_with(".gz") ? ".nii.gz" : ".nii"; }

/// Where the label map of an image would be.
std::vector<std::string> places_of_labels(const std::string& image) {
  static constexpr std::string_view kImages = "images";
  const fs::path path = image;
  const fs::path folder = path.parent_path();
  std::vector<std::string> places;
  const std::string name = folder.filename();
  if (name.starts_with(kImages)) {
    const fs::path labels = folder.parent_path() / ("labels" + name.substr(kImages.size()));
    for (const char* ending : {".nii.gz", ".nii"}) places.push_back(labels / (nifti_stem(image) + ending));
  }
  for (const char* suffix : kSuffixes) places.push_back(folder / (nifti_stem(image) + suffix + extension(image)));
  return places;
}

}  // namespace

std::string nifti_stem(const std::string& path) {
  const std::string name = fs::path(path).filename();
  return name.substr(0, name.size() - extension(path).size());
}

std::vector<NiftiPair> find_nifti_files(const std::string& source) {
  std::vector<std::string> files = source_files(source);
  std::erase_if(files, [](const std::string& file) { return !file.ends_with(".nii") && !file.ends_with(".nii.gz"); });
  const std::set<std::string> known(files.begin(), files.end());

  std::vector<NiftiPair> pairs;
  std::set<std::string> labels;
  for (const std::string& file : files) {
    NiftiPair& pair = pairs.emplace_back(NiftiPair{file, {}});
    for (const std::string& place : places_of_labels(file)) {
      if (known.count(place) == 0) continue;
      pair.labels = place;
      labels.insert(place);
      break;
    }
  }
  std::erase_if(pairs, [&](const NiftiPair& pair) { return labels.count(pair.image) > 0; });
  return pairs;
}

}  // namespace galen::data
