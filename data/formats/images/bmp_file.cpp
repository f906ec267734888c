#include "data/formats/images/decoders.h"
#include "galen/error.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>
#include <vector>

namespace galen::data {
namespace {

/// Windows bitmaps without run-length compression, of 1, 4, 8, 24 or 32 bits a pixel (Microsoft, "Bitmap Storage").
class BmpFile : public ImageFile {
 public:
  BmpFile(const std::string& path, FilePointer file, Palette palette) : path_(path), file_(std::move(file)) {
    std::array<std::uint8_t, 54> header;
    read_bytes(header.data(), header.size());
    const auto number = [&](std::size_t at) {
      return std::uint32_t{header[at]} | header[at + 1] << 8 | header[at + 2] << 16 | static_cast<std::uint32_t>(header[at + 3]) << 24;
    };
    const std::uint32_t header_bytes = number(14);
    const auto height = static_cast<std::int32_t>(number(22));
    const std::uint32_t compression = number(30);
    pixels_at_ = number(10);
    bits_ = header[28] | header[29] << 8;
    bottom_up_ = height > 0;

    if (header_bytes < 40) throw Error("{}: is a BMP image with the header of OS/2, which is not read; save it as PNG.", path);
    const bool known_bits = bits_ == 1 || bits_ == 4 || bits_ == 8 || bits_ == 24 || bits_ == 32;
    const bool masks = compression == 3 && bits_ == 32;
    if (!known_bits || (compression != 0 && !masks)) {
      throw Error("{}: is a BMP image of a kind that is not read (compressed, or {} bits a pixel); save it as PNG.", path, bits_);
    }
    if (masks) expect_usual_masks();
    if (masks && header_bytes >= kHeaderWithOpacity && opacity_mask() != 0) add_change(kDropsTransparency);
    if (bits_ <= 8) read_palette(14 + header_bytes, std::min<std::uint32_t>(number(46), 256));
    if (bits_ <= 8 && palette == Palette::kNumbers && !is_ramp()) {
      set_palette_numbers(true);
      for (std::size_t i = 0; i < palette_.size(); ++i) palette_[i].fill(static_cast<std::uint8_t>(i));
    }
    const bool grey =
        bits_ <= 8 && std::all_of(palette_.begin(), palette_.end(), [](const Entry& e) { return e[0] == e[1] && e[1] == e[2]; });
    set_form(path, {.channels = grey ? 1 : 3, .height = std::abs(std::int64_t{height}), .width = static_cast<std::int32_t>(number(18))});
  }

  at::Tensor read() override {
    const std::int64_t width = form().width;
    const std::int64_t height = form().height;
    seek(pixels_at_);
    std::vector<std::uint8_t> row(static_cast<std::size_t>((width * bits_ + 31) / 32 * 4));
    at::Tensor pixels = empty();
    auto* out = pixels.mutable_data_ptr<std::uint8_t>();
    for (std::int64_t y = 0; y < height; ++y) {
      read_bytes(row.data(), row.size());
      const std::int64_t line = bottom_up_ ? height - 1 - y : y;
      for (std::int64_t x = 0; x < width; ++x) {
        const std::uint8_t* blue_green_red = entry(row.data(), x);
        for (std::int64_t c = 0; c < form().channels; ++c) out[(c * height + line) * width + x] = blue_green_red[2 - c];
      }
    }
    return pixels;
  }

 private:
  using Entry = std::array<std::uint8_t, 4>;  // blue, green, red, nothing

  const std::uint8_t* entry(const std::uint8_t* row, std::int64_t x) const {
    if (bits_ > 8) return row + x * bits_ / 8;
    const std::int64_t bit = x * bits_;
    const int number = row[bit / 8] >> (8 - bits_ - bit % 8) & ((1 << bits_) - 1);
    return palette_[static_cast<std::size_t>(number)].data();
  }

  void read_palette(long at, std::uint32_t used) {
    seek(at);
    palette_.resize(256, {});  // a pixel beyond the palette is black
    read_bytes(palette_.data(), (used == 0 ? std::size_t{1} << bits_ : used) * sizeof(Entry));
  }

  /// Whether the palette is the shades of grey from black to white: then its numbers are of no meaning.
  bool is_ramp() const {
    const int last = (1 << bits_) - 1;
    for (int i = 0; i <= last; ++i) {
      const Entry& entry = palette_[static_cast<std::size_t>(i)];
      if (std::any_of(entry.begin(), entry.begin() + 3, [&](int shade) { return shade != i * 255 / last; })) return false;
    }
    return true;
  }

  void expect_usual_masks() {
    std::array<std::uint8_t, 12> masks;
    read_bytes(masks.data(), masks.size());
    if (masks != std::array<std::uint8_t, 12>{0, 0, 255, 0, 0, 255, 0, 0, 255, 0, 0, 0}) {
      throw Error("{}: is a BMP image whose colours lie in an unusual order; save it as PNG.", path_);
    }
  }

  std::uint32_t opacity_mask() {  // follows the others
    std::array<std::uint8_t, 4> mask;
    read_bytes(mask.data(), mask.size());
    return std::uint32_t{mask[0]} | mask[1] | mask[2] | mask[3];
  }

  void seek(long at) {
    if (std::fseek(file_.get(), at, SEEK_SET) != 0) throw Error("{}: is damaged: its header points nowhere.", path_);
  }

  void read_bytes(void* bytes, std::size_t count) {
    if (std::fread(bytes, 1, count, file_.get()) != count) throw Error("{}: is cut off.", path_);
  }

  static constexpr std::uint32_t kHeaderWithOpacity = 56;

  std::string path_;
  FilePointer file_;
  long pixels_at_ = 0;
  int bits_ = 0;
  bool bottom_up_ = true;
  std::vector<Entry> palette_;
};

}  // namespace

std::unique_ptr<ImageFile> open_bmp(const std::string& path, FilePointer file, Palette palette) {
  return std::make_unique<BmpFile>(path, std::move(file), palette);
}

}  // namespace galen::data
