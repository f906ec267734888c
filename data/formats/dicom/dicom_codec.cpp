#include "data/formats/dicom/dicom_codec.h"

#include "galen/error.h"

#include "data/formats/dicom/captured_stderr.h"
#include "data/formats/dicom/codestream.h"
#include "data/formats/dicom/dicom_rle.h"
#include "data/formats/dicom/dicom_transfer_syntax.h"
#include "galen/lower_case.h"

#include <gdcmImage.h>
#include <gdcmSequenceOfFragments.h>

#include <algorithm>
#include <sstream>
#include <string_view>
#include <utility>

namespace galen::data {
namespace {

using Bytes = std::span<const std::uint8_t>;

std::int64_t frame_samples(const DicomHeader& header) { return header.stored_rows() * header.stored_columns() * header.samples; }
std::int64_t frame_bytes(const DicomHeader& header) { return frame_samples(header) * header.bits_allocated / 8; }

/// The bytes of native pixels. OW are words of 16 bits, whose bytes are swapped in big-endian files, over the whole value: frames may begin
/// within a word.
class NativeBytes {
 public:
  NativeBytes(const DicomHeader& header, Bytes file)
      : bytes_(file.subspan(header.layout.pixels.offset, header.layout.pixels.length)),
        flip_(header.layout.is_big_endian && header.layout.pixels_are_words && header.bits_allocated == 8 ? 1 : 0) {}

  std::uint8_t operator[](std::int64_t i) const { return bytes_[static_cast<std::size_t>(i ^ flip_)]; }

 private:
  Bytes bytes_;
  std::int64_t flip_;
};

/// YBR_FULL_422 holds Y Y Cb Cr for each two pixels of a row (PS3.3, C.7.6.3.1.2).
std::vector<std::uint8_t> expanded_422(const NativeBytes& all, std::int64_t begin, std::int64_t pixels) {
  std::vector<std::uint8_t> bytes;
  for (std::int64_t pixel = 0; pixel < pixels; ++pixel) {
    const std::int64_t pair = begin + pixel / 2 * 4;
    bytes.insert(bytes.end(), {all[pair + pixel % 2], all[pair + 2], all[pair + 3]});
  }
  return bytes;
}

DicomPixels native_frame(const DicomHeader& header, std::int64_t frame, Bytes file) {
  DicomPixels pixels{.is_planar = header.is_planar, .is_ybr = header.photometric.starts_with("YBR_FULL")};
  const NativeBytes all(header, file);
  const std::int64_t samples = frame_samples(header);
  if (header.photometric == "YBR_FULL_422") {
    pixels.bytes = expanded_422(all, frame * samples / 3 * 2, samples / 3);
    pixels.is_planar = false;
    return pixels;
  }
  if (header.bits_allocated == 1) {  // frames follow each other without padding
    for (std::int64_t bit = frame * samples; bit < (frame + 1) * samples; ++bit) pixels.bytes.push_back(all[bit / 8] >> bit % 8 & 1);
    return pixels;
  }
  const std::int64_t size = frame_bytes(header);
  pixels.bytes.resize(static_cast<std::size_t>(size));
  for (std::int64_t i = 0; i < size; ++i) pixels.bytes[static_cast<std::size_t>(i)] = all[frame * size + i];
  if (header.layout.is_big_endian) {
    const int width = header.bits_allocated / 8;
    for (auto number = pixels.bytes.begin(); number != pixels.bytes.end(); number += width) std::reverse(number, number + width);
  }
  return pixels;
}

/// The offsets of frames that a file tells: in its basic offset table, or in an Extended Offset Table (7FE0,0001).
std::vector<std::uint64_t> frame_offsets(const DicomLayout& layout, std::size_t frames, Bytes file) {
  const std::size_t width = layout.offset_table.length == 0 ? 8 : 4;
  const ByteRange table = layout.offset_table.length == 0 ? layout.extended_offset_table : layout.offset_table;
  if (table.length != width * frames) return {};
  std::vector<std::uint64_t> offsets(frames);
  for (std::size_t i = 0; i < width * frames; ++i) offsets[i / width] |= std::uint64_t{file[table.offset + i]} << 8 * (i % width);
  return offsets;
}

/// Whether a fragment ends an image of JPEG, JPEG-LS or JPEG 2000: with their common end marker, maybe padded.
bool ends_image(Bytes fragment) {
  static constexpr std::uint8_t kEnd[] = {0xFF, 0xD9};
  const Bytes last = fragment.last(std::min<std::size_t>(fragment.size(), 10));
  return std::search(last.begin(), last.end(), std::begin(kEnd), std::end(kEnd)) != last.end();
}

/// The first fragment of each frame, and behind them the number of fragments: one fragment a frame, all where there is one frame, else as
/// an offset table says, or as the images end.
std::vector<std::size_t> frame_fragments(const DicomHeader& header, Bytes file) {
  const DicomLayout& layout = header.layout;
  const std::vector<ByteRange>& all = layout.fragments;
  const std::size_t frames = header.stored_frames();
  std::vector<std::size_t> firsts = {0};
  if (frames > 1 && all.size() == frames) {
    while (firsts.size() < frames) firsts.push_back(firsts.size());
  } else if (const auto offsets = frame_offsets(layout, frames, file); frames > 1 && !offsets.empty()) {
    for (std::size_t frame = 1; frame < frames; ++frame) {
      const std::uint64_t begin = all.front().offset + offsets[frame];
      const auto found = std::find_if(all.begin(), all.end(), [&](const ByteRange& range) { return range.offset == begin; });
      const auto first = static_cast<std::size_t>(found - all.begin());
      if (first <= firsts.back() || found == all.end()) throw Error("{}: the offset table of its frames is damaged.", header.file);
      firsts.push_back(first);
    }
  } else if (frames > 1) {
    for (std::size_t i = 0; i + 1 < all.size(); ++i) {
      if (ends_image(file.subspan(all[i].offset, all[i].length))) firsts.push_back(i + 1);
    }
    if (firsts.size() != frames)
      throw Error("{}: which of {} fragments belong to which of {} frames is not stated.", header.file, all.size(), frames);
  }
  firsts.push_back(all.size());
  return firsts;
}

std::vector<std::uint8_t> packed_frame(const DicomHeader& header, std::int64_t frame, Bytes file) {
  const std::vector<std::size_t> firsts = frame_fragments(header, file);
  const auto number = static_cast<std::size_t>(frame);
  std::vector<std::uint8_t> packed;
  for (std::size_t i = firsts[number]; i < firsts[number + 1]; ++i) {
    const Bytes fragment = file.subspan(header.layout.fragments[i].offset, header.layout.fragments[i].length);
    packed.insert(packed.end(), fragment.begin(), fragment.end());
  }
  if (packed.size() % 2 == 1) packed.push_back(0);
  return packed;
}

[[noreturn]] void fail(const DicomHeader& header, std::int64_t frame, const std::string& why) {
  throw Error("{}: the compressed frame {} cannot be unpacked: {}; the file is damaged.", header.file, frame + 1, why);
}

DicomPixels rle_frame(const DicomHeader& header, std::int64_t frame, Bytes packed) {
  const auto pixels = static_cast<std::size_t>(header.stored_rows() * header.stored_columns());
  auto bytes = unpack_rle(packed, pixels, header.samples, header.bits_allocated / 8);
  if (!bytes) fail(header, frame, "its RLE is cut off or its header is wrong");
  return {.bytes = std::move(*bytes), .is_planar = true, .is_ybr = header.photometric.starts_with("YBR_FULL")};
}

Codestream check_codestream(const DicomHeader& header, std::int64_t frame, Bytes packed) {
  const auto stream = read_codestream(packed);
  if (!stream) fail(header, frame, "its header is not readable");
  if (stream->rows != header.stored_rows() || stream->columns != header.stored_columns() || stream->components != header.samples) {
    fail(header, frame,
         fmt::format("it has {} x {} pixels of {} samples, not {} x {} of {}", stream->rows, stream->columns, stream->components,
                     header.stored_rows(), header.stored_columns(), header.samples));
  }
  if (const int allocated = stream->bits <= 8 ? 8 : stream->bits <= 16 ? 16 : 32; allocated != header.bits_allocated) {
    fail(header, frame, fmt::format("its samples have {} bits, those of the first frame {}", stream->bits, header.bits_stored));
  }
  return *stream;
}

/// Whether lossy JPEG holds YCbCr. Its own markers tell the truth more often than DICOM's header.
bool is_ycc(const DicomHeader& header, const Codestream& stream) {
  if (header.samples == 1) return false;
  if (stream.colours == Codestream::Colours::kUntold) return header.photometric != "RGB";
  return stream.colours == Codestream::Colours::kYcc;
}

/// The first line that reports damage among what GDCM's codecs wrote to stderr: the only place where they report that they have made up
/// data. They also report much that is harmless, such as other colours than the header says, or JP2 boxes round a codestream; and where
/// in their sources that is.
std::string complaint_in(const std::string& text) {
  static constexpr std::string_view kDamage[] = {"corrupt",      "prematur",   "truncat", "too short", "fail",  "invalid",
                                                 "inconsistent", "incomplete", "error",   "illegal",   "bogus", "not enough"};
  static constexpr std::string_view kHarmless[] = {"extraneous bytes before marker", "invalid sos parameters for sequential jpeg"};
  static constexpr std::string_view kPlaces[] = {"warning: in ", "error: in ", "debug: in "};
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const std::string lower = lower_case(line);
    const auto has = [&](std::string_view words) { return lower.find(words) != std::string::npos; };
    const bool is_place =
        std::any_of(std::begin(kPlaces), std::end(kPlaces), [&](std::string_view begin) { return lower.starts_with(begin); });
    if (is_place || std::any_of(std::begin(kHarmless), std::end(kHarmless), has)) continue;
    if (std::any_of(std::begin(kDamage), std::end(kDamage), has)) return line;
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
  image.SetDimension(0, static_cast<unsigned>(header.stored_columns()));
  image.SetDimension(1, static_cast<unsigned>(header.stored_rows()));
  image.SetPixelFormat(gdcm::PixelFormat(header.samples, header.bits_allocated, header.bits_stored, header.high_bit, header.is_signed));
  image.SetPhotometricInterpretation(gdcm::PhotometricInterpretation::GetPIType(photometric.c_str()));
  image.SetPlanarConfiguration(header.samples == 3 && header.is_planar);
  image.SetTransferSyntax(gdcm::TransferSyntax::GetTSType(header.layout.transfer_syntax.c_str()));
  image.SetDataElement(data);

  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(frame_bytes(header)));
  if (image.GetBufferLength() != bytes.size()) fail(header, frame, "GDCM expects another size");
  bool unpacked = false;
  CapturedStderr captured;
  try {
    unpacked = image.GetBuffer(reinterpret_cast<char*>(bytes.data()));
  } catch (const std::exception&) {  // of which the text is about GDCM's inner life
  }
  const std::string complaint = complaint_in(captured.finish());
  if (!complaint.empty()) fail(header, frame, complaint);
  if (!unpacked) {
    throw Error("{}: GDCM cannot unpack the compressed frame {}; the file is damaged, or compressed in a way that GDCM does not know.",
                header.file, frame + 1);
  }
  return {std::move(bytes), header.samples == 3 && image.GetPlanarConfiguration() == 1};
}

DicomPixels compressed_frame(const DicomHeader& header, std::int64_t frame, Bytes file) {
  const std::vector<std::uint8_t> packed = packed_frame(header, frame, file);
  if (header.layout.transfer_syntax == transfer_syntax::kRle) return rle_frame(header, frame, packed);
  std::string photometric = header.photometric;
  bool is_ybr = photometric.starts_with("YBR_FULL");
  if (const Codestream stream = check_codestream(header, frame, packed); stream.is_lossy_jpeg) {
    is_ybr = is_ycc(header, stream);
    if (header.samples == 3) photometric = is_ybr ? "YBR_FULL" : "RGB";  // at both GDCM hands out what is stored
  }
  if (is_ybr && header.bits_allocated != 8) {
    throw Error("{}: its compressed colours are YCbCr of {} bits; of more than 8 bits only RGB is read.", header.file, header.bits_stored);
  }
  Unpacked unpacked = unpack(header, packed, photometric, frame);
  return {std::move(unpacked.bytes), unpacked.is_planar, is_ybr};
}

}  // namespace

DicomPixels unpack_dicom_frame(const DicomHeader& header, std::int64_t frame, Bytes file) {
  return header.layout.is_encapsulated ? compressed_frame(header, frame, file) : native_frame(header, frame, file);
}

}  // namespace galen::data
