#pragma once

#include "data/formats/dicom/dicom_attributes.h"

#include <array>
#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace galen::data {

/// What belongs to one frame of an image.
struct DicomFrame {
  static constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

  /// What tells volumes of one series at one place apart, in this order.
  static constexpr const char* kPhaseNames[] = {"TemporalPositionIndex", "TriggerTime",   "EchoTime",  "EchoNumbers",
                                                "DiffusionBValue",       "InversionTime", "FlipAngle", "AcquisitionNumber",
                                                "AcquisitionTime"};
  static constexpr std::size_t kPhases = std::size(kPhaseNames);

  double slope = 1;  ///< from stored values to those of the modality: Hounsfield units for CT
  double intercept = 0;
  std::optional<std::array<double, 3>> position = {};              ///< mm, of the centre of the first pixel
  bool shares_position = false;                                    ///< with all frames of its file, as one is given for all of them
  std::optional<std::array<double, 6>> orientation = {};           ///< directions of a row and of a column
  std::array<double, 3> spacing = {kUnknown, kUnknown, kUnknown};  ///< mm between slices (where known), rows, columns
  std::array<double, kPhases> phase = {};                          ///< kUnknown where it is not stated
};

template <typename Archive>
void fields(Archive& archive, DicomFrame& frame) {
  archive(frame.slope, frame.intercept, frame.position, frame.shares_position, frame.orientation, frame.spacing, frame.phase);
}

/// Reads them all: in an enhanced multi-frame file out of groups for each frame or for all, else out of the data set itself (PS3.3,
/// C.7.6.16).
std::vector<DicomFrame> read_dicom_frames(const DicomAttributes& set, std::size_t frames, const std::string& file);

}  // namespace galen::data
