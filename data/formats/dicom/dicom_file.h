#pragma once

#include "data/reading/mapped_file.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace galen::data {

/// The bytes of a DICOM file, with a deflated data set inflated. Throws galen::Error where it cannot be opened or inflated.
class DicomFile {
 public:
  /// `may_be_other`: a file that does not look like DICOM is not looked into.
  explicit DicomFile(const std::string& path, bool may_be_other = false);

  bool looks_like_dicom() const;
  std::span<const std::uint8_t> bytes() const;

 private:
  MappedFile mapped_;
  std::optional<std::vector<std::uint8_t>> inflated_;
};

/// Whether a file begins as one of DICOM does.
bool is_dicom_file(const std::string& path);

}  // namespace galen::data
