#pragma once

#include "data/import/dicom_header.h"

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
};

/// Each frame of each image.
std::vector<DicomSample> dicom_images(const std::vector<DicomHeader>& headers);

/// Each series, in order of first appearance. Slices without positions are ordered by their instance numbers, which `warnings` tells. A
/// series whose slices are not parallel, of several sizes, twice at one position, or with gaps between them is no volume: `skipped` says
/// so.
std::vector<DicomSample> dicom_volumes(const std::vector<DicomHeader>& headers, std::vector<std::string>& warnings,
                                       std::vector<std::string>& skipped);

}  // namespace galen::data
