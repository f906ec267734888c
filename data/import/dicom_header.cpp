#include "data/import/dicom_header.h"

#include "galen/error.h"

#include "data/import/codestream.h"
#include "data/import/dicom_modality_lut.h"

#include <algorithm>
#include <cmath>

namespace galen::data {
namespace {

using Tag = std::uint32_t;

constexpr std::int64_t kMostFrames = 1 << 20;
constexpr std::int64_t kMostFrameBytes = std::int64_t{1} << 31;

struct TargetAttribute {
  const char* keyword;
  Tag tag;
};
constexpr TargetAttribute kTargets[] = {
    {"BodyPartExamined", 0x00180015}, {"ImageLaterality", 0x00200062}, {"Laterality", 0x00200060},
    {"Modality", 0x00080060},         {"PatientSex", 0x00100040},      {"ViewPosition", 0x00185101},
};

void check_form(const DicomHeader& header) {
  const auto refuse = [&](const std::string& what) { throw Error("{}: {}; such images are not read.", header.file, what); };
  if (header.rows <= 0 || header.columns <= 0) refuse(fmt::format("it has {} rows and {} columns", header.rows, header.columns));
  if (header.samples != 1 && header.samples != 3) refuse(fmt::format("it has {} samples a pixel", header.samples));
  const int bits = header.bits_allocated;
  if (bits != 1 && bits != 8 && bits != 16 && bits != 32) refuse(fmt::format("{} bits are allocated a sample", bits));
  if (header.bits_stored < 1 || header.bits_stored > bits || header.high_bit < header.bits_stored - 1 || header.high_bit >= bits) {
    refuse(fmt::format("{} bits are stored up to bit {} of {}", header.bits_stored, header.high_bit, bits));
  }
  if (bits == 1 && (header.samples != 1 || header.is_signed)) refuse("pixels of one bit are signed or coloured");

  static constexpr std::string_view kGrey[] = {"MONOCHROME1", "MONOCHROME2", "PALETTE COLOR"};
  static constexpr std::string_view kColour[] = {"RGB", "YBR_FULL", "YBR_FULL_422", "YBR_ICT", "YBR_RCT"};
  const bool known = header.samples == 1 ? std::find(std::begin(kGrey), std::end(kGrey), header.photometric) != std::end(kGrey)
                                         : std::find(std::begin(kColour), std::end(kColour), header.photometric) != std::end(kColour);
  if (!known) refuse(fmt::format("its photometric interpretation, {} samples a pixel, is unknown", header.samples));
  if (header.samples == 3 && (bits != 8 || header.bits_stored != 8 || header.is_signed)) refuse("its colours are not of 8 bits");
}

std::int64_t number_of_frames(const DicomAttributes& set, const DicomHeader& header) {
  const std::vector<double> told = set.numbers(0x00280008);
  if (told.empty()) return 1;
  if (!(told[0] >= 1 && told[0] <= kMostFrames)) throw Error("{}: says that it has {} frames.", header.file, told[0]);
  return static_cast<std::int64_t>(told[0]);
}

/// The file holds what its header promises.
void check_length(const DicomHeader& header, std::int64_t frames, std::span<const std::uint8_t> bytes) {
  const std::int64_t bits = header.rows * header.columns * header.samples * header.bits_allocated;
  if (bits / 8 > kMostFrameBytes) throw Error("{}: {} x {} pixels are too many.", header.file, header.rows, header.columns);
  const DicomLayout& layout = header.layout;
  if (!layout.is_encapsulated) {
    if (static_cast<std::uint64_t>((bits * frames + 7) / 8) <= layout.pixels.length) return;
    throw Error("{}: {} frames of {} x {} pixels take {} bytes, but the file holds {}; it is damaged.", header.file, frames, header.rows,
                header.columns, (bits * frames + 7) / 8, layout.pixels.length);
  }
  if (layout.fragments.empty() || static_cast<std::uint64_t>(frames) > layout.fragments.size()) {
    throw Error("{}: says that it has {} frames, but holds {} compressed ones.", header.file, frames, layout.fragments.size());
  }
  if (layout.transfer_syntax == transfer_syntax::kRle) return;  // whose frames do not tell their size
  const ByteRange& first = layout.fragments.front();
  const auto size = read_codestream(bytes.subspan(first.offset, first.length));
  if (size && (size->rows != header.rows || size->columns != header.columns)) {
    throw Error("{}: its header says {} x {} pixels, the compressed image {} x {}.", header.file, header.rows, header.columns, size->rows,
                size->columns);
  }
}

/// Attributes of frames: in an enhanced multi-frame file within groups for each frame or for all, else in the data set itself (PS3.3,
/// C.7.6.16).
class FrameAttributes {
 public:
  explicit FrameAttributes(const DicomAttributes& set) : set_(set), of_all_(set.item(0x52009229, 0)) {}

  std::vector<double> numbers(std::size_t frame, Tag group, Tag tag) const {
    for (const auto& groups : {set_.item(0x52009230, frame), of_all_}) {
      const auto item = groups ? groups->item(group, 0) : std::nullopt;
      if (item && item->has(tag)) return item->numbers(tag);
    }
    return set_.numbers(tag);
  }

 private:
  const DicomAttributes& set_;
  std::optional<DicomAttributes> of_all_;
};

template <std::size_t kSize>
std::optional<std::array<double, kSize>> exactly(const std::vector<double>& numbers) {
  if (numbers.size() != kSize) return std::nullopt;
  std::array<double, kSize> array;
  std::copy(numbers.begin(), numbers.end(), array.begin());
  return array;
}

DicomFrame read_frame(const FrameAttributes& attributes, std::size_t i, const std::string& file) {
  static constexpr Tag kTransformation = 0x00289145;
  static constexpr Tag kMeasures = 0x00289110;
  DicomFrame frame;
  if (const auto slope = attributes.numbers(i, kTransformation, 0x00281053); !slope.empty()) frame.slope = slope[0];
  if (const auto intercept = attributes.numbers(i, kTransformation, 0x00281052); !intercept.empty()) frame.intercept = intercept[0];
  if (frame.slope == 0) throw Error("{}: its rescale slope is 0.", file);
  frame.position = exactly<3>(attributes.numbers(i, 0x00209113, 0x00200032));
  frame.orientation = exactly<6>(attributes.numbers(i, 0x00209116, 0x00200037));

  std::vector<double> pixel = attributes.numbers(i, kMeasures, 0x00280030);
  if (pixel.empty()) pixel = attributes.numbers(i, kMeasures, 0x00181164);  // of the detector
  if (pixel.size() == 2 && pixel[0] > 0 && pixel[1] > 0) std::copy(pixel.begin(), pixel.end(), frame.spacing.begin() + 1);
  std::vector<double> slices = attributes.numbers(i, kMeasures, 0x00180088);
  if (slices.empty()) slices = attributes.numbers(i, kMeasures, 0x00180050);
  if (!slices.empty() && slices[0] > 0) frame.spacing[0] = slices[0];
  return frame;
}

DicomPalette read_palette(const DicomAttributes& set, const std::string& file) {
  static constexpr Tag kDescriptor = 0x00281101;  // red; green and blue follow
  static constexpr Tag kTable = 0x00281201;
  DicomPalette palette;
  for (Tag colour = 0; colour < 3; ++colour) {
    const std::vector<std::uint16_t> descriptor = set.unsigned_shorts(kDescriptor + colour);
    if (descriptor.size() != 3) throw Error("{}: its palette is incomplete.", file);
    const std::size_t entries = descriptor[0] == 0 ? 65536 : descriptor[0];
    palette.first = static_cast<std::int16_t>(descriptor[1]);
    std::vector<std::uint8_t>& values = palette.colours[colour];
    const std::vector<std::uint16_t> words = set.unsigned_shorts(kTable + colour);
    if (words.size() >= entries) {
      const int shift = descriptor[2] > 8 ? 8 : 0;
      for (std::size_t i = 0; i < entries; ++i) values.push_back(static_cast<std::uint8_t>(words[i] >> shift));
    } else if (2 * words.size() >= entries) {  // two entries a word
      for (std::size_t i = 0; i < entries; ++i) values.push_back(static_cast<std::uint8_t>(words[i / 2] >> 8 * (i % 2)));
    } else {
      throw Error("{}: its palette has {} entries, but {} bytes; segmented palettes are not read.", file, entries, 2 * words.size());
    }
  }
  const auto& [red, green, blue] = palette.colours;
  if (red.size() != green.size() || red.size() != blue.size()) throw Error("{}: the colours of its palette are not equally many.", file);
  return palette;
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

}  // namespace

const std::vector<std::string>& dicom_target_keywords() {
  static const std::vector<std::string> keywords = [] {
    std::vector<std::string> list;
    for (const TargetAttribute& attribute : kTargets) list.emplace_back(attribute.keyword);
    return list;
  }();
  return keywords;
}

std::optional<DicomHeader> read_dicom_header(const std::string& file, const std::string& target) {
  const MappedFile mapped(file);
  DicomHeader header;
  header.file = file;
  header.layout = dicom_layout(octets(mapped), file);
  if (!header.layout.has_pixels) return std::nullopt;

  const DicomAttributes set(octets(mapped), header.layout);
  const auto number = [&](Tag tag, int otherwise) {
    const std::vector<std::uint16_t> numbers = set.unsigned_shorts(tag);
    return numbers.empty() ? otherwise : int{numbers[0]};
  };
  header.rows = number(0x00280010, 0);
  header.columns = number(0x00280011, 0);
  header.samples = number(0x00280002, 1);
  header.is_planar = number(0x00280006, 0) == 1;
  header.bits_allocated = number(0x00280100, 0);
  header.bits_stored = number(0x00280101, header.bits_allocated);
  header.high_bit = number(0x00280102, header.bits_stored - 1);
  header.is_signed = number(0x00280103, 0) == 1;
  header.photometric = set.text(0x00280004);
  check_form(header);
  const std::int64_t frames = number_of_frames(set, header);
  check_length(header, frames, octets(mapped));
  if (header.photometric == "PALETTE COLOR") header.palette = read_palette(set, file);
  header.modality_lut = modality_lut_values(set, header);

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

  const FrameAttributes attributes(set);
  for (std::int64_t i = 0; i < frames; ++i) header.frames.push_back(read_frame(attributes, i, file));
  auto kept = header.layout.set.sequences.extract(DicomModalityLut::kSequence);
  header.layout.set = {};
  header.layout.set.sequences.insert(std::move(kept));
  return header;
}

}  // namespace galen::data
