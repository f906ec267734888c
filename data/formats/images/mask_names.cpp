#include "data/formats/images/mask_names.h"

#include "data/formats/tables/column_name.h"

#include <algorithm>
#include <regex>
#include <set>
#include <vector>

namespace galen::data {
namespace {

using Words = std::set<std::string>;

const Words kMaskWords = {"mask",   "masks",        "label",         "labels",       "labelmap",    "labelmaps",
                          "gt",     "gts",          "groundtruth",   "groundtruths", "truth",       "seg",
                          "segs",   "segmentation", "segmentations", "annotation",   "annotations", "annot",
                          "annots", "labelstr",     "labelsts",      "trimaps"};
const Words kImageWords = {"image", "images", "img", "imgs", "original", "originals", "input", "inputs", "imagestr", "imagests"};

// What may stand beside them without a meaning of its own.
const Words kFillers = {"train",  "training", "tr",  "val",  "valid", "validation", "test", "testing", "ts",    "class", "classes",
                        "object", "png",      "tif", "tiff", "bmp",   "jpg",        "jpeg", "binary",  "pixel", "ground"};
const Words kDenials = {"with", "without", "no", "non", "not", "un"};

std::size_t among(const std::vector<std::string>& words, const Words& known) {
  return static_cast<std::size_t>(std::count_if(words.begin(), words.end(), [&](const auto& word) { return known.contains(word); }));
}

}  // namespace

FolderName folder_name(const std::string& folder) {
  const std::vector<std::string> words = column_words(folder);
  const std::size_t masks = among(words, kMaskWords);
  const std::size_t fillers = among(words, kFillers);
  const std::size_t images = among(words, kImageWords);
  if (masks > 0) {
    if (masks + fillers + images == words.size()) return FolderName::kMasks;
    return among(words, kDenials) > 0 ? FolderName::kOther : FolderName::kMaybeMasks;
  }
  return images > 0 && images + fillers == words.size() ? FolderName::kImages : FolderName::kOther;
}

std::optional<std::string> image_of_mask(const std::string& stem) {
  static const std::regex kSuffix(
      R"((.+)[_\-. ](mask|masks|seg|segmentation|label|labels|gt|groundtruth|ground_truth|annotation)([_\-. ]?[0-9]+)?)",
      std::regex::icase);
  std::smatch match;
  if (!std::regex_match(stem, match, kSuffix)) return std::nullopt;
  return match[1].str();
}

}  // namespace galen::data
