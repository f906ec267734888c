#pragma once

#include <cstdint>
#include <string>

namespace galen::data {

/// How medical images (DICOM, NIfTI) are read.
struct MedicalOptions {
  /// DICOM: each series is a volume [C, D, H, W]; otherwise each image, and each frame of a file of several, is a sample [C, H, W].
  bool series = false;

  /// DICOM: 1: colours become grey; 3: grey images get three equal channels; 0: as they are, all alike.
  int channels = 0;

  /// How samples get ImportOptions::size. pad: voxels stay as they are, borders are cut off or filled up on all sides alike. resample: the
  /// whole image is scaled. auto: pad for volumes, resample for images.
  std::string fit = "auto";

  /// What `fit` pads with: a number, in the units of the values (-1000: air in HU), or min: the smallest value of each channel of each
  /// image. Masks get 0.
  std::string fill = "min";

  /// Series and files that hold several volumes of one place, as phases, echoes or b-values (DICOM with `series`, NIfTI of four
  /// dimensions): the number, from 1, of the one to take. 0: each is a sample; NIfTI: only where files have different numbers of them, else
  /// they are channels. -1: NIfTI: each is a sample. All are of one patient.
  std::int64_t volume = 0;

  /// NIfTI, images: which files are label maps. auto: by the names that are customary (find_nifti_cases(), find_masks()). none: no file is.
  /// Else a regular expression (ECMAScript) that is searched in paths below the source: what it finds are label maps. Where it has a group,
  /// that is the case: the case's images are the other files whose path holds the same text between signs that are neither letters nor
  /// digits.
  std::string masks = "auto";

  /// Where targets come from. none; folders: the folder right below the source that a file lies in names its class (folders of images do so
  /// anyway; here the user says that they are no patients). A DICOM attribute is
  /// learnt where TableOptions::target names it (dicom_target_keywords()).
  std::string labels = "none";
};

}  // namespace galen::data
