#pragma once

#include "data/formats/dicom/dicom_frame_attributes.h"
#include "data/formats/dicom/dicom_layout.h"
#include "data/formats/dicom/dicom_palette.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace galen::data {

/// What the pixels of an image can be.
struct DicomValues {
  double lowest = 0;
  double highest = 0;
};

/// An image file without its pixels: the little that an import needs to know.
struct DicomHeader {
  std::string file;
  DicomLayout layout;  ///< its set holds the Modality LUT Sequence alone

  std::string patient;     ///< Patient ID, else the study, else the file
  std::string series;      ///< Series Instance UID
  std::string study_date;  ///< YYYYMMDD or empty
  std::string modality;    ///< a term of DICOM's, as body_part and target; else empty
  std::string body_part;
  std::string target;  ///< value of the attribute to be learnt
  std::int64_t instance = 0;

  std::int64_t rows = 0;
  std::int64_t columns = 0;
  int samples = 1;  ///< a pixel: 1, or 3 for colours
  bool is_planar = false;
  int bits_allocated = 0;  ///< 1, 8, 16 or 32, or 64 where is_float()
  int bits_stored = 0;     ///< JPEG 2000 and JPEG-LS: as the compressed image has it
  int high_bit = 0;
  bool is_signed = false;
  std::string photometric;
  std::optional<DicomPalette> palette = {};
  std::optional<DicomValues> modality_lut = {};  ///< of its entries, which stay in the file: of many images they would fill the memory
  std::vector<DicomFrame> frames;                ///< at least one

  bool has_more_pixels = false;  ///< than its number of frames tells

  /// In a row and in a column of a stored image: more than 1 for a Siemens mosaic, whose tiles are the frames, of `rows` x `columns`.
  std::int64_t tiles = 1;

  std::int64_t stored_rows() const { return rows * tiles; }
  std::int64_t stored_columns() const { return columns * tiles; }
  std::size_t stored_frames() const { return tiles > 1 ? 1 : frames.size(); }

  bool is_colour() const { return samples == 3 || palette.has_value(); }
  bool is_float() const { return layout.pixel_element != PixelElement::kPixelData; }
  double lowest() const { return is_signed ? -static_cast<double>(std::int64_t{1} << (bits_stored - 1)) : 0; }  ///< stored value
  double highest() const { return lowest() + static_cast<double>((std::int64_t{1} << bits_stored) - 1); }
};

template <typename Archive>
void fields(Archive& archive, DicomValues& values) {
  archive(values.lowest, values.highest);
}
template <typename Archive>
void fields(Archive& archive, DicomHeader& header) {
  archive(header.file, header.layout, header.patient, header.series, header.study_date, header.modality, header.body_part, header.target,
          header.instance, header.rows, header.columns, header.samples, header.is_planar, header.bits_allocated, header.bits_stored,
          header.high_bit, header.is_signed, header.photometric, header.palette, header.modality_lut, header.frames, header.has_more_pixels,
          header.tiles);
}

/// Attributes that `target` may name: they tell nothing of who the patient is.
const std::vector<std::string>& dicom_target_keywords();

/// Reads a file's header, which must be of an image: nothing where it is another kind of DICOM file (a report, a directory …), without
/// rows, columns and pixels, or, where it `may_be_other`, of another format. Checks that the file is long enough for the frames that it
/// names, and that a compressed first frame has the size that the header says, and a compression that is read. Prints nothing; what is
/// wrong with a file throws galen::Error.
std::optional<DicomHeader> read_dicom_header(const std::string& file, const std::string& target, bool may_be_other = false);

}  // namespace galen::data
