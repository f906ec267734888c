#pragma once

#include "data/formats/dicom/dicom_series.h"

#include <string>
#include <vector>

namespace galen::data {

/// A slice and where it lies on the normal of its series, mm.
struct PlacedSlice {
  double position = 0;
  DicomSlice slice;
};

/// The volumes of a series, each in order of position.
struct DicomPhases {
  std::vector<std::vector<PlacedSlice>> volumes;
  std::string told_by;  ///< what tells them apart; empty of one volume
};

/// Cuts the slices of a series (`name`), in order of position, into volumes: one where each position has one slice, else as many as slices
/// lie at each position. They are distinguished by the first attributes of DicomFrame::kPhaseNames that have the same values at every
/// position, else by the order of trigger time, of acquisition or of instance numbers. Throws galen::Error where positions have unequally
/// many slices, or nothing tells them apart.
DicomPhases split_into_phases(const std::vector<DicomHeader>& headers, const std::vector<PlacedSlice>& placed, const std::string& name);

}  // namespace galen::data
