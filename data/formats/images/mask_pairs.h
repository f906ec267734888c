#pragma once

#include "data/formats/options/import_options.h"

#include <map>
#include <string>
#include <vector>

namespace galen::data {

/// The image files of a source, separated into images and the masks that go with them.
struct MaskPairs {
  std::vector<std::string> images;                        ///< paths below the source, sorted; where there are masks, those that have one
  std::map<std::string, std::vector<std::string>> masks;  ///< of each image: one, or several that are joined; empty: there are none
  std::map<std::string, std::string> places;              ///< of each image: its path without folders that say only that images lie there
  bool are_cases = false;                                 ///< each image lies in a folder of its own, with a folder of masks
  std::vector<std::string> unpaired;                      ///< images without masks, masks without images: a sentence each
  std::vector<std::string> notes;

  bool have_masks() const { return !masks.empty(); }
};

/// By options.medical.masks. auto: masks lie in folders named mask, label, segmentation, annotation, gt or the like beside those of the
/// images, with the image's name, or bear its name and _mask, _segmentation, _gt … (X_mask_1, X_mask_2: several, which are joined). In a
/// folder with one image, all that lies in its folder of masks goes with that. Folders whose name says only partly so (with_mask) count
/// where their files' names are those of images. none: no file is a mask, and what looks like one is left out. Else a regular expression:
/// see MedicalOptions::masks. A folder of masks without any image of such names throws galen::UsageError, which names the options, as does
/// an image with masks in several folders.
MaskPairs find_masks(const std::vector<std::string>& files, const ImportOptions& options);

}  // namespace galen::data
