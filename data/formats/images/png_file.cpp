#include "data/formats/images/decoders.h"
#include "data/formats/images/png_chunks.h"
#include "galen/error.h"

#include <ATen/ops/empty.h>
#include <png.h>

#include <algorithm>
#include <bit>
#include <csetjmp>
#include <utility>
#include <vector>

namespace galen::data {
namespace {

class PngFile : public ImageFile {
 public:
  PngFile(const std::string& path, FilePointer file, Palette palette) : path_(path), file_(std::move(file)) {
    png_ = png_create_read_struct(PNG_LIBPNG_VER_STRING, this, on_error, [](png_structp, png_const_charp) {});
    info_ = png_ == nullptr ? nullptr : png_create_info_struct(png_);
    if (info_ == nullptr) {
      png_destroy_read_struct(&png_, nullptr, nullptr);
      throw Error("{}: libpng cannot be started.", path);
    }
    try {
      read_header(palette);
    } catch (...) {
      png_destroy_read_struct(&png_, &info_, nullptr);
      throw;
    }
  }
  ~PngFile() override { png_destroy_read_struct(&png_, &info_, nullptr); }

  at::Tensor read() override {
    const std::size_t row_bytes = png_get_rowbytes(png_, info_);
    std::vector<png_byte> samples(row_bytes * static_cast<std::size_t>(stored_.height));
    std::vector<png_bytep> rows(static_cast<std::size_t>(stored_.height));
    for (std::size_t y = 0; y < rows.size(); ++y) rows[y] = &samples[y * row_bytes];
    guard([&] {
      png_read_image(png_, rows.data());
      png_read_end(png_, nullptr);
    });

    const at::Tensor pixels = at::empty(stored_.shape(), stored_.type);
    const std::int64_t plane = stored_.height * stored_.width;
    const std::int64_t stored = png_get_channels(png_, info_);
    if (stored_.type == at::kByte) {
      separate_channels(samples.data(), stored, plane, stored_.channels, plane, pixels.mutable_data_ptr<std::uint8_t>());
    } else {
      separate_channels(reinterpret_cast<const std::uint16_t*>(samples.data()), stored, plane, stored_.channels, plane,
                        pixels.mutable_data_ptr<std::int32_t>());
    }
    return upright(pixels, orientation());
  }

 private:
  // libpng must not return from an error, and C code is no place for exceptions to pass.
  [[noreturn]] static void on_error(png_structp png, png_const_charp reason) {
    auto* self = static_cast<PngFile*>(png_get_error_ptr(png));
    self->reason_ = reason;
    std::longjmp(self->jump_, 1);
  }

  /// `work` may hold nothing that wants destruction.
  template <typename Work>
  void guard(const Work& work) {
    if (setjmp(jump_) == 0) {
      work();
      return;
    }
    throw Error("{}: is damaged or cut off: libpng says {}.", path_, reason_);
  }

  void read_header(Palette palette) {
    const PngChunks chunks = read_png_chunks(file_.get());
    if (chunks.frames > 1) throw Error("{}: is an animation of {} images; save each as a file of its own.", path_, chunks.frames);
    bool grey = false;
    bool transparent = false;
    guard([&] {
      png_init_io(png_, file_.get());
      png_read_info(png_, info_);
      transparent = (png_get_color_type(png_, info_) & PNG_COLOR_MASK_ALPHA) != 0 || png_get_valid(png_, info_, PNG_INFO_tRNS) != 0;
      if (palette == Palette::kNumbers && png_get_color_type(png_, info_) == PNG_COLOR_TYPE_PALETTE) {
        grey = true;
        png_set_packing(png_);
      } else {
        grey = is_grey();
        png_set_expand(png_);
        png_set_strip_alpha(png_);
      }
      if constexpr (std::endian::native == std::endian::little) png_set_swap(png_);
      png_set_interlace_handling(png_);
      png_read_update_info(png_, info_);
    });
    if (transparent) add_change(kDropsTransparency);
    set_palette_numbers(palette == Palette::kNumbers && png_get_color_type(png_, info_) == PNG_COLOR_TYPE_PALETTE);
    stored_ = {.channels = grey ? 1 : 3,
               .height = png_get_image_height(png_, info_),
               .width = png_get_image_width(png_, info_),
               .type = png_get_bit_depth(png_, info_) == 16 ? at::kInt : at::kByte};
    set_form(path_, stored_, chunks.tags.orientation());
  }

  bool is_grey() const {
    const int colour = png_get_color_type(png_, info_);
    if (colour != PNG_COLOR_TYPE_PALETTE) return (colour & PNG_COLOR_MASK_COLOR) == 0;
    png_colorp palette = nullptr;
    int entries = 0;
    png_get_PLTE(png_, info_, &palette, &entries);
    return std::all_of(palette, palette + entries, [](const png_color& c) { return c.red == c.green && c.green == c.blue; });
  }

  std::string path_;
  FilePointer file_;
  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
  ImageForm stored_;  // as it lies in the file
  std::string reason_;
  std::jmp_buf jump_;
};

}  // namespace

std::unique_ptr<ImageFile> open_png(const std::string& path, FilePointer file, Palette palette) {
  return std::make_unique<PngFile>(path, std::move(file), palette);
}

}  // namespace galen::data
