#pragma once

#include <optional>
#include <string>

namespace galen::data {

/// What a folder's name says of the files in it. kMasks: nothing but that they are masks (masks, labelsTr, GroundTruth); kMaybeMasks: that,
/// among other words (Task1_GroundTruth, with_mask is none); kImages: nothing but that they are images.
enum class FolderName { kOther, kMasks, kMaybeMasks, kImages };

FolderName folder_name(const std::string& folder);

/// The name of the image that a mask's name is made of: "X" of X_mask, X_segmentation, X-gt, X_mask_2; none where it is no mask's name.
std::optional<std::string> image_of_mask(const std::string& stem);

}  // namespace galen::data
