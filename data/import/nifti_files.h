#pragma once

#include <string>
#include <vector>

namespace galen::data {

/// A volume and the label map that goes with it.
struct NiftiPair {
  std::string image;
  std::string labels;  ///< empty: none
};

/// The NIfTI files under `source`, or that file itself, in order of their paths. Label maps are the files of the same name in labels…
/// beside images… (imagesTr and labelsTr of the Medical Segmentation Decathlon, images and labels), and NAME_seg, NAME_label, NAME_labels
/// and NAME_mask beside NAME.
std::vector<NiftiPair> find_nifti_files(const std::string& source);

/// A file's name without folder and without .nii or .nii.gz.
std::string nifti_stem(const std::string& path);

}  // namespace galen::data
