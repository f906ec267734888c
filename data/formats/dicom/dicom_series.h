#pragma once

#include "data/formats/dicom/dicom_header.h"

#include <cstddef>
#include <string>
#include <vector>

namespace galen::data {

/// A frame of one of many images.
struct DicomSlice {
  std::size_t image = 0;  ///< index of its header
  std::int64_t frame = 0;
};

/// What becomes one sample: a slice by itself, or a volume's slices in the order of the normal on them, rows x columns.
struct DicomSample {
  std::vector<DicomSlice> slices;
  double gap = DicomFrame::kUnknown;  ///< mm between slices
  std::int64_t phase = 0;             ///< from 1, of a series of several volumes at one place; else 0
};

/// Each frame of each image.
std::vector<DicomSample> dicom_images(const std::vector<DicomHeader>& headers);

/// The volumes of each series, in order of first appearance. Slices without positions are ordered by their instance numbers. A series that
/// holds several volumes at the same positions (phases, echoes, b-values …) gives all of them, or number `volume` (from 1) of them where
/// that is not 0: distinguished by what differs between them (DicomFrame::kPhaseNames), else by the order of acquisition. `warnings` tells
/// all that. A series whose slices are not parallel, of several sizes, several at one position for no reason that is given, or with gaps
/// between them is no volume, and one that has no number `volume` gives none: `skipped` says so.
std::vector<DicomSample> dicom_volumes(const std::vector<DicomHeader>& headers, std::int64_t volume, std::vector<std::string>& warnings,
                                       std::vector<std::string>& skipped);

}  // namespace galen::data
