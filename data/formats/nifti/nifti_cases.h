#pragma once

#include "data/formats/discovery.h"

#include <string>
#include <vector>

namespace galen::data {

/// Files that make one sample. Paths.
struct NiftiCase {
  std::vector<std::string> images;  ///< on the same voxels, a channel or more each; in order of NiftiCases::channels
  std::vector<std::string> labels;  ///< none, one label map, or several, of one structure each
};

/// What the NIfTI files of a source are to each other.
struct NiftiCases {
  std::vector<NiftiCase> cases;         ///< in order of the first images' paths
  std::vector<std::string> channels;    ///< what tells the images of a case apart; empty: each case is one image
  std::vector<std::string> structures;  ///< where label maps are of one structure each: those of all cases, sorted. Number i + 1 in a mask
  std::vector<std::string> notes;       ///< what was taken for what, and left out: a sentence each
  std::vector<std::string> skipped;     ///< files that could not be brought in: a sentence each
};

template <typename Archive>
void fields(Archive& archive, NiftiCase& one) {
  archive(one.images, one.labels);
}
template <typename Archive>
void fields(Archive& archive, NiftiCases& cases) {
  archive(cases.cases, cases.channels, cases.structures, cases.notes, cases.skipped);
}

/// Finds the cases among the NIfTI files of a source, or of that file itself, by `masks` (MedicalOptions::masks).
///
/// auto: label maps are the files that is_label_path() tells. Known ways to lay them out: labels… beside images… (nnU-Net's
/// imagesTr/X_0000, X_0001 … and labelsTr/X, the Medical Segmentation Decathlon's imagesTr/X and labelsTr/X), NAME_seg, _mask, _gt beside
/// NAME (ACDC), segmentation-1 beside volume-1 (LiTS), segmentation beside imaging in a folder a case (KiTS), X_seg beside X_flair, X_t1 …
/// (BraTS, the images become channels), a folder of maps of one structure each beside an image (TotalSegmentator), and BIDS names that
/// share their entities. Label maps of which none fits throw galen::UsageError that names one and the options.
///
/// Without label maps each image is a case; files NAME_0000, NAME_0001 … in images… are channels of one.
NiftiCases find_nifti_cases(const Discovery& found, const std::string& masks);

}  // namespace galen::data
