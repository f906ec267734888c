#include "data/import/dicom_codec.h"

#include "galen/error.h"

#include "data/import/captured_stderr.h"
#include "data/import/codestream.h"

#include <gdcmImage.h>
#include <gdcmSequenceOfFragments.h>

#include <algorithm>
#include <sstream>

namespace galen::data {
namespace {

using Bytes = std::span<const std::uint8_t>;

std::int64_t frame_bits(const DicomHeader& header) { return header.rows * header.columns * header.samples * header.bits_allocated; }

DicomPixels native_frame(const DicomHeader& header, std::int64_t frame, Bytes file) {
  DicomPixels pixels{.is_planar = header.is_planar, .is_ybr = header.photometric.starts_with("YBR_FULL")};
  if (header.photometric == "YBR_FULL_422") throw Error("{}: YBR_FULL_422 without compression is not read.", header.file);
  const Bytes all = file.subspan(header.layout.pixels.offset, header.layout.pixels.length);
  const std::int64_t bits = frame_bits(header);
  if (header.bits_allocated == 1) {  // frames follow each other without padding
    for (std::int64_t bit = frame * bits; bit < (frame + 1) * bits; ++bit) pixels.bytes.push_back(all[bit / 8] >> bit % 8 & 1);
    return pixels;
  }
  const Bytes stored = all.subspan(frame * bits / 8, bits / 8);
  pixels.bytes.assign(stored.begin(), stored.end());
  if (header.layout.is_big_endian) {
    const int width = header.bits_allocated / 8;
    for (auto number = pixels.bytes.begin(); number != pixels.bytes.end(); number += width) std::reverse(number, number + width);
  }
  return pixels;
}

/// A frame's fragments: one for each frame, all of them where there is one frame, else as the offset table says.
std::span<const ByteRange> fragments_of(const DicomHeader& header, std::size_t frame, Bytes file) {
  const DicomLayout& layout = header.layout;
  const std::span<const ByteRange> all = layout.fragments;
  const std::size_t frames = header.frames.size();
  if (frames == 1) return all;
  if (all.size() == frames) return all.subspan(frame, 1);
  if (layout.offset_table.length != 4 * frames)
    throw Error("{}: which of {} fragments belong to which of {} frames is not told.", header.file, all.size(), frames);

  static constexpr std::uint64_t kItemHead = 8;
  const auto first_of = [&](std::size_t number) {
    if (number == frames) return all.size();
    const Bytes entry = file.subspan(layout.offset_table.offset + 4 * number, 4);
    const std::uint64_t offset = entry[0] | entry[1] << 8 | entry[2] << 16 | std::uint64_t{entry[3]} << 24;
    const std::uint64_t begin = all.front().offset - kItemHead + offset;
    const auto found = std::find_if(all.begin(), all.end(), [&](const ByteRange& range) { return range.offset - kItemHead == begin; });
    return static_cast<std::size_t>(found - all.begin());
  };
  const std::size_t first = first_of(frame);
  const std::size_t end = first_of(frame + 1);
  if (first >= end) throw Error("{}: the offset table of its frames is damaged.", header.file);
  return all.subspan(first, end - first);
}

[[noreturn]] void fail(const DicomHeader& header, std::int64_t frame, const std::string& why) {
  throw Error("{}: the compressed frame {} cannot be unpacked: {}; the file is damaged.", header.file, frame + 1, why);
}

// GDCM trusts what it is told of an image's size.
void check_rle(const DicomHeader& header, std::int64_t frame, Bytes packed) {
  static constexpr std::int64_t kMostExpansion = 64;  // two bytes stand for 128 at most
  const bool fits = frame_bits(header) / 8 <= kMostExpansion * static_cast<std::int64_t>(packed.size());
  if (!fits || !is_rle_frame(packed, header.samples * header.bits_allocated / 8)) fail(header, frame, "its RLE header is wrong");
}

Codestream check_codestream(const DicomHeader& header, std::int64_t frame, Bytes packed) {
  const auto stream = read_codestream(packed);
  if (!stream) fail(header, frame, "its header is not readable");
  const int allocated = stream->bits <= 8 ? 8 : stream->bits <= 16 ? 16 : 32;
  if (stream->rows != header.rows || stream->columns != header.columns || stream->components != header.samples ||
      allocated != header.bits_allocated) {
    fail(header, frame,
         fmt::format("it has {} x {} pixels of {} x {} bits, DICOM's header says {} x {} of {} x {}", stream->rows, stream->columns,
                     stream->components, stream->bits, header.rows, header.columns, header.samples, header.bits_allocated));
  }
  return *stream;
}

/// Whether lossy JPEG holds YCbCr. Its own markers tell the truth more often than DICOM's header.
bool is_ycc(const DicomHeader& header, const Codestream& stream) {
  if (header.samples == 1) return false;
  if (stream.colours == Codestream::Colours::kUntold) return header.photometric != "RGB";
  return stream.colours == Codestream::Colours::kYcc;
}

/// The first line that tells of damage among what GDCM's codecs wrote to stderr: the only place where they tell that they have made up
/// data.
std::string complaint_in(const std::string& text) {
  static constexpr std::string_view kHarmless[] = {"extraneous bytes before marker", "Invalid SOS parameters for sequential JPEG"};
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const bool harmless = std::any_of(std::begin(kHarmless), std::end(kHarmless),
                                      [&](std::string_view words) { return line.find(words) != std::string::npos; });
    if (!line.empty() && !harmless) return line;
  }
  return "";
}

struct Unpacked {
  std::vector<std::uint8_t> bytes;
  bool is_planar = false;
};

Unpacked unpack(const DicomHeader& header, const std::vector<std::uint8_t>& packed, const std::string& photometric, std::int64_t frame) {
  const gdcm::SmartPointer<gdcm::SequenceOfFragments> sequence = gdcm::SequenceOfFragments::New();
  gdcm::Fragment fragment;
  fragment.SetByteValue(reinterpret_cast<const char*>(packed.data()), static_cast<std::uint32_t>(packed.size()));
  sequence->AddFragment(fragment);
  gdcm::DataElement data(gdcm::Tag(0x7FE0, 0x0010), 0, gdcm::VR::OB);
  data.SetValue(*sequence);

  gdcm::Image image;
  image.SetNumberOfDimensions(2);
  image.SetDimension(0, static_cast<unsigned>(header.columns));
  image.SetDimension(1, static_cast<unsigned>(header.rows));
  image.SetPixelFormat(gdcm::PixelFormat(header.samples, header.bits_allocated, header.bits_stored, header.high_bit, header.is_signed));
  image.SetPhotometricInterpretation(gdcm::PhotometricInterpretation::GetPIType(photometric.c_str()));
  image.SetPlanarConfiguration(header.samples == 3 && header.is_planar);
  image.SetTransferSyntax(gdcm::TransferSyntax::GetTSType(header.layout.transfer_syntax.c_str()));
  image.SetDataElement(data);

  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(frame_bits(header) / 8));
  if (image.GetBufferLength() != bytes.size()) fail(header, frame, "GDCM expects another size");
  bool unpacked = false;
  CapturedStderr captured;
  try {
    unpacked = image.GetBuffer(reinterpret_cast<char*>(bytes.data()));
  } catch (const std::exception&) {  // of which the text is about GDCM's inner life
  }
  const std::string complaint = complaint_in(captured.finish());
  if (!unpacked || !complaint.empty()) fail(header, frame, complaint.empty() ? "GDCM refuses it" : complaint);
  return {std::move(bytes), header.samples == 3 && image.GetPlanarConfiguration() == 1};
}

DicomPixels compressed_frame(const DicomHeader& header, std::int64_t frame, Bytes file) {
  std::vector<std::uint8_t> packed;
  for (const ByteRange& range : fragments_of(header, frame, file)) {
    const Bytes fragment = file.subspan(range.offset, range.length);
    packed.insert(packed.end(), fragment.begin(), fragment.end());
  }
  if (packed.size() % 2 == 1) packed.push_back(0);

  std::string photometric = header.photometric;
  bool is_ybr = photometric == "YBR_FULL";
  if (header.layout.transfer_syntax == transfer_syntax::kRle) {
    check_rle(header, frame, packed);
  } else if (const Codestream stream = check_codestream(header, frame, packed); stream.is_lossy_jpeg) {
    is_ybr = is_ycc(header, stream);
    if (header.samples == 3) photometric = is_ybr ? "YBR_FULL" : "RGB";  // at both GDCM hands out what is stored
  }
  Unpacked unpacked = unpack(header, packed, photometric, frame);
  return {std::move(unpacked.bytes), unpacked.is_planar, is_ybr};
}

}  // namespace

DicomPixels unpack_dicom_frame(const DicomHeader& header, std::int64_t frame, Bytes file) {
  return header.layout.is_encapsulated ? compressed_frame(header, frame, file) : native_frame(header, frame, file);
}

}  // namespace galen::data
