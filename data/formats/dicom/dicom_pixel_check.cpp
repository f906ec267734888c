#include "data/formats/dicom/dicom_pixel_check.h"

#include "galen/error.h"

#include "data/formats/dicom/codestream.h"
#include "data/formats/dicom/dicom_transfer_syntax.h"

#include <algorithm>
#include <string_view>

namespace galen::data {
namespace {

constexpr std::uint64_t kMostFrameBytes = std::uint64_t{1} << 31;

void check_form(const DicomHeader& header) {
  const auto refuse = [&](const std::string& what) { throw Error("{}: {}; such images are not read.", header.file, what); };
  if (header.rows <= 0 || header.columns <= 0) refuse(fmt::format("it has {} rows and {} columns", header.rows, header.columns));
  if (header.samples != 1 && header.samples != 3) refuse(fmt::format("it has {} samples a pixel", header.samples));
  const int bits = header.bits_allocated;
  if (header.is_float()) {
    if (header.samples != 1 || header.photometric != "MONOCHROME2") refuse("its pixels are floating-point numbers, but not MONOCHROME2");
    return;
  }
  if (bits != 1 && bits != 8 && bits != 16 && bits != 32) refuse(fmt::format("{} bits are allocated a sample", bits));
  if (header.bits_stored < 1 || header.bits_stored > bits || header.high_bit < header.bits_stored - 1 || header.high_bit >= bits) {
    refuse(fmt::format("{} bits are stored up to bit {} of {}", header.bits_stored, header.high_bit, bits));
  }
  if (bits == 1 && (header.samples != 1 || header.is_signed)) refuse("pixels of one bit are signed or coloured");
  if (header.samples == 3 && header.is_signed) refuse("its colours have signs");
}

void check_photometric(const DicomHeader& header) {
  static constexpr std::string_view kGrey[] = {"MONOCHROME1", "MONOCHROME2", "PALETTE COLOR"};
  static constexpr std::string_view kColour[] = {"RGB", "YBR_FULL", "YBR_FULL_422", "YBR_ICT", "YBR_RCT"};
  static constexpr std::string_view kUnread[] = {"YBR_PARTIAL_422", "YBR_PARTIAL_420", "HSV", "ARGB", "CMYK", "XYB"};
  const auto is_in = [&](const auto& list) { return std::find(std::begin(list), std::end(list), header.photometric) != std::end(list); };
  if (header.samples == 1 ? is_in(kGrey) : is_in(kColour)) {
    if (header.samples == 1 || header.bits_allocated == 8 || header.photometric == "RGB") return;
    throw Error("{}: its colours are {} of {} bits; of more than 8 bits only RGB is read.", header.file, header.photometric,
                header.bits_allocated);
  }
  const bool is_named = is_in(kUnread) || is_in(kGrey) || is_in(kColour);  // other text could be anything
  throw Error("{}: its photometric interpretation, {} at {} sample{} a pixel, is not read.", header.file,
              is_named ? header.photometric : "an unknown one", header.samples, header.samples == 1 ? "" : "s");
}

std::uint64_t stored_bytes(const DicomHeader& header, std::size_t frames) {
  const auto pixels = static_cast<std::uint64_t>(header.rows) * static_cast<std::uint64_t>(header.columns) * frames;
  if (header.photometric == "YBR_FULL_422") return pixels * 2;  // blue and red of every second pixel
  return (pixels * static_cast<std::uint64_t>(header.samples) * static_cast<std::uint64_t>(header.bits_allocated) + 7) / 8;
}

void check_native(DicomHeader& header, std::size_t frames) {
  if (header.photometric == "YBR_ICT" || header.photometric == "YBR_RCT") {
    throw Error("{}: its colours are {} without JPEG 2000, which is not read.", header.file, header.photometric);
  }
  if (header.photometric == "YBR_FULL_422" && header.columns % 2 == 1) {
    throw Error("{}: is YBR_FULL_422 with an odd number of columns, which is not read.", header.file);
  }
  const bool swaps = header.layout.is_big_endian && header.layout.pixels_are_words && header.bits_allocated == 8;
  std::uint64_t needed = stored_bytes(header, frames);
  if (swaps) needed += needed % 2;
  header.has_more_pixels = header.layout.pixels.length >= stored_bytes(header, frames + 1);
  if (needed <= header.layout.pixels.length) return;
  throw Error("{}: {} frames of {} x {} pixels take {} bytes, but the file holds {}; it is damaged.", header.file, frames, header.rows,
              header.columns, needed, header.layout.pixels.length);
}

void check_compressed(DicomHeader& header, std::size_t frames, std::span<const std::uint8_t> bytes) {
  const DicomLayout& layout = header.layout;
  if (layout.fragments.empty() || frames > layout.fragments.size()) {
    throw Error("{}: says that it has {} frames, but holds {} compressed ones.", header.file, frames, layout.fragments.size());
  }
  header.has_more_pixels = layout.offset_table.length > 4 * frames;
  if (header.bits_allocated == 1 && layout.transfer_syntax == transfer_syntax::kRle) {
    throw Error("{}: its pixels are RLE of single bits, which is not read.", header.file);
  }
  if (layout.transfer_syntax == transfer_syntax::kRle) return;  // whose frames do not state their size
  const ByteRange& first = layout.fragments.front();
  const auto stream = read_codestream(bytes.subspan(first.offset, first.length));
  if (!stream) return;
  if (stream->rows != header.rows || stream->columns != header.columns) {
    throw Error("{}: its header says {} x {} pixels, the compressed image {} x {}.", header.file, header.rows, header.columns, stream->rows,
                stream->columns);
  }
  if (stream->components != header.samples) {
    throw Error("{}: its header says {} samples a pixel, the compressed image {}.", header.file, header.samples, stream->components);
  }
  header.bits_allocated = stream->bits <= 8 ? 8 : stream->bits <= 16 ? 16 : 32;
  if (!stream->is_jpeg || header.bits_stored > header.bits_allocated) header.bits_stored = stream->bits;
  if (!stream->is_jpeg || header.high_bit >= header.bits_allocated) header.high_bit = header.bits_stored - 1;
}

}  // namespace

void check_dicom_pixels(DicomHeader& header, std::size_t frames, std::span<const std::uint8_t> bytes) {
  check_form(header);
  check_photometric(header);
  if (stored_bytes(header, 1) > kMostFrameBytes) {
    throw Error("{}: {} x {} pixels are too many.", header.file, header.rows, header.columns);
  }
  if (header.layout.is_encapsulated) {
    check_compressed(header, frames, bytes);
  } else {
    check_native(header, frames);
  }
}

}  // namespace galen::data
