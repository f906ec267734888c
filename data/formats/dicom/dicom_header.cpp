#include "data/formats/dicom/dicom_header.h"

#include "galen/error.h"

#include "data/formats/dicom/dicom_file.h"
#include "data/formats/dicom/dicom_modality_lut.h"
#include "data/formats/dicom/dicom_pixel_check.h"
#include "data/formats/dicom/siemens_mosaic.h"

#include <algorithm>
#include <utility>

namespace galen::data {
namespace {

using Tag = std::uint32_t;

struct TargetAttribute {
  const char* keyword;
  Tag tag;
};
constexpr TargetAttribute kTargets[] = {
    {"BodyPartExamined", 0x00180015}, {"ImageLaterality", 0x00200062}, {"Laterality", 0x00200060},
    {"Modality", 0x00080060},         {"PatientSex", 0x00100040},      {"ViewPosition", 0x00185101},
};

int number(const DicomAttributes& set, Tag tag, int otherwise) {
  const std::vector<std::uint16_t> numbers = set.unsigned_shorts(tag);
  return numbers.empty() ? otherwise : int{numbers[0]};
}

std::optional<DicomValues> modality_lut_values(const DicomAttributes& set, const DicomHeader& header) {
  if (header.is_colour()) return std::nullopt;
  const auto lut = read_modality_lut(set, header.is_signed, header.file);
  if (!lut) return std::nullopt;
  const auto [lowest, highest] = std::minmax_element(lut->entries.begin(), lut->entries.end());
  return DicomValues{static_cast<double>(*lowest), static_cast<double>(*highest)};
}

std::string find_target(const DicomAttributes& set, const std::string& keyword) {
  for (const TargetAttribute& attribute : kTargets) {
    if (keyword == attribute.keyword) return set.term(attribute.tag);
  }
  return "";
}

std::size_t number_of_frames(const DicomAttributes& set, const std::string& file) {
  static constexpr double kMost = 1 << 20;
  static constexpr Tag kNumberOfFrames = 0x00280008;
  if (set.text(kNumberOfFrames).empty()) return 1;
  const std::vector<double> told = set.numbers(kNumberOfFrames);
  if (told.size() != 1) throw Error("{}: its Number of Frames (0028,0008) is no number; it is damaged.", file);
  if (!(told[0] >= 1 && told[0] <= kMost)) throw Error("{}: says that it has {} frames.", file, told[0]);
  return static_cast<std::size_t>(told[0]);
}

/// How the pixels are stored.
void read_form(const DicomAttributes& set, DicomHeader& header) {
  static constexpr int kFloat = 32;
  static constexpr int kDouble = 64;
  header.samples = number(set, 0x00280002, 1);
  header.is_planar = number(set, 0x00280006, 0) == 1;
  header.bits_allocated = number(set, 0x00280100, 0);
  header.bits_stored = number(set, 0x00280101, header.bits_allocated);
  header.high_bit = number(set, 0x00280102, header.bits_stored - 1);
  header.is_signed = number(set, 0x00280103, 0) == 1;
  header.photometric = set.text(0x00280004);
  if (header.is_float()) {
    header.bits_allocated = header.layout.pixel_element == PixelElement::kFloatPixelData ? kFloat : kDouble;
    header.bits_stored = header.bits_allocated;
    header.high_bit = header.bits_stored - 1;
    header.is_signed = true;
  }
}

/// Makes frames of the tiles of a mosaic.
void cut_into_tiles(const DicomAttributes& set, DicomHeader& header) {
  const SiemensMosaic mosaic = read_siemens_mosaic(set, header.file);
  const DicomFrame sheet = header.frames.front();
  const double gap = sheet.spacing[0];
  if (header.frames.size() > 1 || header.rows % mosaic.across != 0 || header.columns % mosaic.across != 0 || !sheet.position ||
      !(gap > 0)) {
    throw Error(
        "{}: is a Siemens mosaic of {} slices, but {} x {} pixels in {} frames are no grid of {} x {} tiles, or its position or the "
        "distance "
        "of its slices is missing; make a NIfTI volume of the original with dcm2niix and import that.",
        header.file, mosaic.slices, header.rows, header.columns, header.frames.size(), mosaic.across, mosaic.across);
  }
  header.tiles = mosaic.across;
  header.rows /= mosaic.across;
  header.columns /= mosaic.across;
  header.frames.clear();
  for (std::int64_t i = 0; i < mosaic.slices; ++i) {
    DicomFrame tile = sheet;  // within the slice its position is that of the whole sheet, which does not matter to an order
    for (std::size_t axis = 0; axis < 3; ++axis) (*tile.position)[axis] += static_cast<double>(i) * gap * mosaic.direction[axis];
    header.frames.push_back(tile);
  }
}

}  // namespace

const std::vector<std::string>& dicom_target_keywords() {
  static const std::vector<std::string> keywords = [] {
    std::vector<std::string> list;
    for (const TargetAttribute& attribute : kTargets) list.emplace_back(attribute.keyword);
    return list;
  }();
  return keywords;
}

std::optional<DicomHeader> read_dicom_header(const std::string& file, const std::string& target, bool may_be_other) {
  const DicomFile opened(file, may_be_other);
  if (may_be_other && !opened.looks_like_dicom()) return std::nullopt;
  DicomHeader header;
  header.file = file;
  header.layout = dicom_layout(opened.bytes(), file);
  const DicomAttributes set(opened.bytes(), header.layout);
  header.rows = number(set, 0x00280010, 0);
  header.columns = number(set, 0x00280011, 0);
  if (header.layout.pixel_element == PixelElement::kNone) {
    if (header.rows == 0 || header.columns == 0) return std::nullopt;
    throw Error("{}: is an image of {} x {} pixels, but holds none of them; it is cut off, or its pixels lie elsewhere.", file, header.rows,
                header.columns);
  }
  read_form(set, header);
  header.patient = set.text(0x00100020);
  if (header.patient.empty()) header.patient = set.text(0x0020000D);
  if (header.patient.empty()) header.patient = file;
  header.series = set.text(0x0020000E);
  header.study_date = set.text(0x00080020);
  header.modality = set.term(0x00080060);
  header.body_part = set.term(0x00180015);
  header.target = find_target(set, target);
  const std::vector<double> instance = set.numbers(0x00200013);
  header.instance = instance.empty() ? 0 : static_cast<std::int64_t>(std::clamp(instance[0], -1e15, 1e15));

  const std::size_t frames = number_of_frames(set, file);
  check_dicom_pixels(header, frames, opened.bytes());
  if (header.photometric == "PALETTE COLOR") header.palette = read_palette(set, file);
  header.modality_lut = modality_lut_values(set, header);
  header.frames = read_dicom_frames(set, frames, file);
  if (is_siemens_mosaic(set)) cut_into_tiles(set, header);

  auto kept = header.layout.set.sequences.extract(DicomModalityLut::kSequence);
  header.layout.set = {};
  header.layout.set.sequences.insert(std::move(kept));
  return header;
}

}  // namespace galen::data
