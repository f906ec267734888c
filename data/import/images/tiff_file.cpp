#include "data/import/images/decoders.h"
#include "galen/error.h"

#include <tiffio.h>

#include <algorithm>
#include <cstdarg>
#include <cstring>
#include <vector>

namespace galen::data {
namespace {

thread_local std::string last_reason;

void keep_reason(const char*, const char* format, va_list arguments) {
  char text[256];
  std::vsnprintf(text, sizeof text, format, arguments);
  last_reason = text;
}

struct CloseTiff {
  void operator()(TIFF* tiff) const { TIFFClose(tiff); }
};

/// What the tags of one page say.
struct Page {
  std::uint32_t width = 0, height = 0;
  std::uint16_t bits = 1, samples = 1, photometric = 0xffff, format = SAMPLEFORMAT_UINT, planar = PLANARCONFIG_CONTIG, extra = 0;

  explicit Page(TIFF* tiff) {
    TIFFGetField(tiff, TIFFTAG_IMAGEWIDTH, &width);
    TIFFGetField(tiff, TIFFTAG_IMAGELENGTH, &height);
    TIFFGetFieldDefaulted(tiff, TIFFTAG_BITSPERSAMPLE, &bits);
    TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLESPERPIXEL, &samples);
    TIFFGetField(tiff, TIFFTAG_PHOTOMETRIC, &photometric);
    TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLEFORMAT, &format);
    TIFFGetFieldDefaulted(tiff, TIFFTAG_PLANARCONFIG, &planar);
  }

  bool is_grey() const { return photometric == PHOTOMETRIC_MINISBLACK || photometric == PHOTOMETRIC_MINISWHITE; }
  bool is_plain() const { return (is_grey() || photometric == PHOTOMETRIC_RGB) && bits >= 8; }  // numbers as they are, else via 8-bit RGB
  bool is_unsigned() const { return format == SAMPLEFORMAT_UINT || format == SAMPLEFORMAT_VOID; }
};

class TiffFile : public ImageFile {
 public:
  explicit TiffFile(const std::string& path) : path_(path) {
    [[maybe_unused]] static const bool quiet = [] {
      TIFFSetErrorHandler(keep_reason);
      TIFFSetWarningHandler(nullptr);
      return true;
    }();
    last_reason.clear();
    tiff_.reset(TIFFOpen(path.c_str(), "rm"));  // m: not mapped into memory, where a file that shrinks would kill us
    if (!tiff_) damaged();

    ImageForm form = form_of(Page(tiff_.get()));
    std::int64_t pages = 1;
    while (TIFFReadDirectory(tiff_.get()) == 1) {
      if (form_of(Page(tiff_.get())) != form) throw Error("{}: its pages differ in size or kind; save each as a file of its own.", path);
      ++pages;
    }
    if (pages > 1) form.pages = pages;
    set_form(path, form);
  }

  at::Tensor read() override {
    at::Tensor pixels = empty();
    const std::int64_t pages = std::max<std::int64_t>(form().pages, 1);
    for (std::int64_t page = 0; page < pages; ++page) {
      if (TIFFSetDirectory(tiff_.get(), static_cast<tdir_t>(page)) != 1) damaged();
      const Page tags(tiff_.get());
      const std::vector<std::uint8_t> samples = tags.is_plain() ? read_samples(tags) : read_colours(tags);
      store(tags, samples, page, pages, pixels);
    }
    return pixels;
  }

 private:
  [[noreturn]] void damaged() const {
    throw Error("{}: is damaged or cut off: libtiff says {}.", path_, last_reason.empty() ? "nothing more" : last_reason);
  }

  ImageForm form_of(const Page& page) const {
    const std::int64_t channels = page.is_grey() ? 1 : 3;
    if (page.is_plain() && page.samples != channels && page.samples != channels + 1) {
      throw Error("{}: has {} channels; grey images and RGB are read, with or without transparency.", path_, page.samples);
    }
    if (page.photometric == PHOTOMETRIC_SEPARATED) throw Error("{}: is a CMYK image; save it as RGB or grey.", path_);
    at::ScalarType type = at::kByte;
    if (page.is_plain() && !(page.bits == 8 && page.is_unsigned())) {
      type = page.bits == 16 && page.is_unsigned() ? at::kInt : at::kFloat;
      const bool known =
          page.format == SAMPLEFORMAT_IEEEFP ? page.bits == 32 || page.bits == 64 : page.bits == 8 || page.bits == 16 || page.bits == 32;
      if (!known || (!page.is_unsigned() && page.format != SAMPLEFORMAT_INT && page.format != SAMPLEFORMAT_IEEEFP)) {
        throw Error("{}: has {} bits a number, which is not read; save it with 8 or 16 bits.", path_, page.bits);
      }
    }
    return {.channels = channels, .height = page.height, .width = page.width, .type = type};
  }

  /// The numbers as they are stored, pixel by pixel.
  std::vector<std::uint8_t> read_samples(const Page& page) {
    TIFF* tiff = tiff_.get();
    const bool tiled = TIFFIsTiled(tiff) != 0;
    std::uint32_t block_width = page.width, block_height = page.height;
    if (tiled) {
      TIFFGetField(tiff, TIFFTAG_TILEWIDTH, &block_width);
      TIFFGetField(tiff, TIFFTAG_TILELENGTH, &block_height);
    } else {
      TIFFGetFieldDefaulted(tiff, TIFFTAG_ROWSPERSTRIP, &block_height);
      block_height = std::min(block_height, page.height);
    }
    const bool separate = page.planar == PLANARCONFIG_SEPARATE;
    const std::size_t bytes = page.bits / 8;
    const std::size_t run = bytes * (separate ? 1 : page.samples);  // what a block holds of a pixel
    const tmsize_t block_bytes = tiled ? TIFFTileSize(tiff) : TIFFStripSize(tiff);
    const auto expected = static_cast<tmsize_t>(run) * block_width * block_height;
    if (block_width == 0 || block_height == 0 || block_bytes < expected || block_bytes > kMostBlockBytes) damaged();

    std::vector<std::uint8_t> block(static_cast<std::size_t>(block_bytes));
    std::vector<std::uint8_t> samples(std::size_t{page.width} * page.height * page.samples * bytes);
    for (std::uint16_t plane = 0; plane < (separate ? page.samples : 1); ++plane) {
      for (std::uint32_t top = 0; top < page.height; top += block_height) {
        for (std::uint32_t left = 0; left < page.width; left += block_width) {
          const std::uint32_t rows = std::min(block_height, page.height - top);
          const std::uint32_t columns = std::min(block_width, page.width - left);
          const tmsize_t got = tiled ? TIFFReadEncodedTile(tiff, TIFFComputeTile(tiff, left, top, 0, plane), block.data(), block_bytes)
                                     : TIFFReadEncodedStrip(tiff, TIFFComputeStrip(tiff, top, plane), block.data(), block_bytes);
          if (got < static_cast<tmsize_t>(run) * block_width * (tiled ? block_height : rows)) damaged();
          for (std::uint32_t y = 0; y < rows; ++y) {
            const std::uint8_t* from = &block[std::size_t{y} * block_width * run];
            std::uint8_t* to = &samples[((std::size_t{top} + y) * page.width + left) * page.samples * bytes];
            if (!separate) {
              std::memcpy(to, from, columns * run);
              continue;
            }
            for (std::uint32_t x = 0; x < columns; ++x) std::memcpy(to + (x * page.samples + plane) * bytes, from + x * bytes, bytes);
          }
        }
      }
    }
    const bool inverted = page.photometric == PHOTOMETRIC_MINISWHITE && page.is_unsigned();
    if (inverted) std::transform(samples.begin(), samples.end(), samples.begin(), [](std::uint8_t byte) { return ~byte; });
    return samples;
  }

  /// Whatever libtiff turns into colours (palettes, YCbCr, single bits), as 8 bits of red, green, blue and opacity.
  std::vector<std::uint8_t> read_colours(const Page& page) {
    std::vector<std::uint32_t> raster(std::size_t{page.width} * page.height);
    if (TIFFReadRGBAImageOriented(tiff_.get(), page.width, page.height, raster.data(), ORIENTATION_TOPLEFT, 1) != 1) damaged();
    std::vector<std::uint8_t> samples(raster.size() * 4);
    for (std::size_t i = 0; i < raster.size(); ++i) {
      samples[4 * i] = static_cast<std::uint8_t>(TIFFGetR(raster[i]));
      samples[4 * i + 1] = static_cast<std::uint8_t>(TIFFGetG(raster[i]));
      samples[4 * i + 2] = static_cast<std::uint8_t>(TIFFGetB(raster[i]));
    }
    return samples;
  }

  void store(const Page& page, const std::vector<std::uint8_t>& samples, std::int64_t number, std::int64_t pages, at::Tensor& pixels) {
    if (!page.is_plain()) return store_as<std::uint8_t, std::uint8_t>(samples, 4, number, pages, pixels);
    if (page.format == SAMPLEFORMAT_IEEEFP) {
      page.bits == 32 ? store_as<float, float>(samples, page.samples, number, pages, pixels)
                      : store_as<double, float>(samples, page.samples, number, pages, pixels);
    } else if (page.bits == 8) {
      page.is_unsigned() ? store_as<std::uint8_t, std::uint8_t>(samples, page.samples, number, pages, pixels)
                         : store_as<std::int8_t, float>(samples, page.samples, number, pages, pixels);
    } else if (page.bits == 16) {
      page.is_unsigned() ? store_as<std::uint16_t, std::int32_t>(samples, page.samples, number, pages, pixels)
                         : store_as<std::int16_t, float>(samples, page.samples, number, pages, pixels);
    } else {
      page.is_unsigned() ? store_as<std::uint32_t, float>(samples, page.samples, number, pages, pixels)
                         : store_as<std::int32_t, float>(samples, page.samples, number, pages, pixels);
    }
  }

  template <typename Sample, typename Value>
  void store_as(const std::vector<std::uint8_t>& samples, std::int64_t stored, std::int64_t number, std::int64_t pages,
                at::Tensor& pixels) {
    const std::int64_t plane = form().height * form().width;
    separate_channels(reinterpret_cast<const Sample*>(samples.data()), stored, plane, form().channels, pages * plane,
                      pixels.mutable_data_ptr<Value>() + number * plane);
  }

  static constexpr tmsize_t kMostBlockBytes = tmsize_t{1} << 32;

  std::string path_;
  std::unique_ptr<TIFF, CloseTiff> tiff_;
};

}  // namespace

std::unique_ptr<ImageFile> open_tiff(const std::string& path) { return std::make_unique<TiffFile>(path); }

}  // namespace galen::data
