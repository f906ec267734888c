#include "data/formats/dicom/dicom_frame.h"

#include "data/formats/dicom/dicom_codec.h"
#include "data/formats/dicom/dicom_modality_lut.h"

#include <ATen/ops/empty.h>

#include <algorithm>
#include <cstring>

namespace galen::data {
namespace {

/// The number that the stored bits, bits_stored of them up to high_bit, stand for.
class StoredValues {
 public:
  StoredValues(const DicomHeader& header, const std::vector<std::uint8_t>& bytes)
      : bytes_(bytes),
        width_(header.bits_allocated == 1 ? 1 : header.bits_allocated / 8),
        shift_(header.high_bit + 1 - header.bits_stored),
        mask_(~std::uint64_t{0} >> (64 - header.bits_stored)),
        sign_(header.is_signed ? std::int64_t{1} << (header.bits_stored - 1) : 0) {}

  std::int64_t operator[](std::size_t i) const {
    std::uint64_t bits = 0;
    for (int byte = 0; byte < width_; ++byte) bits |= std::uint64_t{bytes_[i * width_ + byte]} << 8 * byte;
    const auto value = static_cast<std::int64_t>(bits >> shift_ & mask_);
    return (value ^ sign_) - sign_;  // extends the sign
  }

 private:
  const std::vector<std::uint8_t>& bytes_;
  int width_;
  int shift_;
  std::uint64_t mask_;
  std::int64_t sign_;
};

at::Tensor from_palette(const DicomHeader& header, const StoredValues& stored) {
  const DicomPalette& palette = *header.palette;
  const std::int64_t pixels = header.stored_rows() * header.stored_columns();
  const auto last = static_cast<std::int64_t>(palette.colours[0].size()) - 1;
  at::Tensor image = at::empty({3, header.stored_rows(), header.stored_columns()}, at::kFloat);
  auto* values = image.mutable_data_ptr<float>();
  for (std::int64_t i = 0; i < pixels; ++i) {
    const std::int64_t entry = std::clamp<std::int64_t>(stored[i] - palette.first, 0, last);
    for (std::int64_t c = 0; c < 3; ++c) values[c * pixels + i] = palette.colours[c][entry];
  }
  return image;
}

at::Tensor colours(const DicomHeader& header, const StoredValues& stored, const DicomPixels& pixels) {
  const std::int64_t count = header.stored_rows() * header.stored_columns();
  at::Tensor image = at::empty({3, header.stored_rows(), header.stored_columns()}, at::kFloat);
  auto* values = image.mutable_data_ptr<float>();
  for (std::int64_t i = 0; i < count; ++i) {
    for (std::int64_t c = 0; c < 3; ++c) {
      values[c * count + i] = static_cast<float>(stored[pixels.is_planar ? c * count + i : 3 * i + c]);
    }
  }
  if (!pixels.is_ybr) return image;
  for (std::int64_t i = 0; i < count; ++i) {  // PS3.3, C.7.6.3.1.2
    const float y = values[i];
    const float blue = values[count + i] - 128;
    const float red = values[2 * count + i] - 128;
    const auto set = [&](std::int64_t c, float value) { values[c * count + i] = std::clamp(std::round(value), 0.0F, 255.0F); };
    set(0, y + 1.402F * red);
    set(1, y - 0.344136F * blue - 0.714136F * red);
    set(2, y + 1.772F * blue);
  }
  return image;
}

/// `value_of`: what a stored value means.
template <typename ValueOf>
at::Tensor greys(const DicomHeader& header, const StoredValues& stored, const ValueOf& value_of) {
  at::Tensor image = at::empty({1, header.stored_rows(), header.stored_columns()}, at::kFloat);
  auto* values = image.mutable_data_ptr<float>();
  for (std::int64_t i = 0; i < image.numel(); ++i) values[i] = static_cast<float>(value_of(stored[i]));
  return image;
}

at::Tensor rescaled(const DicomHeader& header, const DicomFrame& frame, const StoredValues& stored) {
  const bool bright_is_low = header.photometric == "MONOCHROME1";
  const double turn = header.lowest() + header.highest();
  return greys(header, stored, [&](std::int64_t number) {
    const auto value = static_cast<double>(number);
    return (bright_is_low ? turn - value : value) * frame.slope + frame.intercept;
  });
}

// The table is made for what is stored, so MONOCHROME1 is turned round behind it.
at::Tensor looked_up(const DicomHeader& header, const DicomModalityLut& lut, const StoredValues& stored) {
  const bool bright_is_low = header.photometric == "MONOCHROME1";
  const double turn = header.modality_lut->lowest + header.modality_lut->highest;
  return greys(header, stored, [&](std::int64_t number) { return bright_is_low ? turn - lut[number] : lut[number]; });
}

at::Tensor floats(const DicomHeader& header, const DicomFrame& frame, const std::vector<std::uint8_t>& bytes) {
  at::Tensor image = at::empty({1, header.stored_rows(), header.stored_columns()}, at::kFloat);
  auto* values = image.mutable_data_ptr<float>();
  const auto take = [&]<typename Number>(Number number) {
    for (std::int64_t i = 0; i < image.numel(); ++i) {
      std::memcpy(&number, bytes.data() + i * static_cast<std::int64_t>(sizeof number), sizeof number);
      values[i] = static_cast<float>(static_cast<double>(number) * frame.slope + frame.intercept);
    }
  };
  if (header.bits_allocated == 32) {
    take(float{});
  } else {
    take(double{});
  }
  return image;
}

}  // namespace

at::Tensor read_stored_frame(const DicomHeader& header, std::int64_t frame, std::span<const std::uint8_t> bytes) {
  const DicomPixels pixels = unpack_dicom_frame(header, frame, bytes);
  if (header.is_float()) return floats(header, header.frames[frame], pixels.bytes);
  const StoredValues stored(header, pixels.bytes);
  if (header.samples == 3) return colours(header, stored, pixels);
  if (header.palette) return from_palette(header, stored);
  const auto lut = read_modality_lut(DicomAttributes(bytes, header.layout), header.is_signed, header.file);
  return lut ? looked_up(header, *lut, stored) : rescaled(header, header.frames[frame], stored);
}

at::Tensor tile_of(const DicomHeader& header, std::int64_t frame, const at::Tensor& stored) {
  if (header.tiles == 1) return stored;
  return stored.narrow(1, frame / header.tiles * header.rows, header.rows).narrow(2, frame % header.tiles * header.columns, header.columns);
}

}  // namespace galen::data
