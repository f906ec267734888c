#include "data/formats/images/decoders.h"
#include "data/formats/images/tiff_page.h"
#include "galen/error.h"

#include <ATen/ops/empty.h>
#include <tiffio.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdarg>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <string_view>
#include <utility>
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

/// How many images a file of ImageJ or tifffile says that it holds though there is a page for the first alone; 0 where it says nothing.
std::int64_t images_without_pages(TIFF* tiff) {
  const char* description = nullptr;
  if (TIFFGetField(tiff, TIFFTAG_IMAGEDESCRIPTION, &description) != 1 || description == nullptr) return 0;
  const std::string_view text = description;
  const std::size_t images = text.find("images=");
  if (text.starts_with("ImageJ=") && images != std::string_view::npos) return std::atoll(description + images + 7);
  return text.find("\"truncated\": true") != std::string_view::npos ? 2 : 0;
}

/// Numbers of 1, 2 or 4 bits, a row after the other from a whole byte, each to a byte: as they are, or spread over 0 … 255.
void expand_bits(const std::vector<std::uint8_t>& packed, std::size_t row_bytes, std::uint32_t columns, int bits, bool spread,
                 std::vector<std::uint8_t>& bytes) {
  const int largest = (1 << bits) - 1;
  const std::size_t rows = packed.size() / row_bytes;
  bytes.resize(rows * columns);
  for (std::size_t y = 0; y < rows; ++y) {
    for (std::uint32_t x = 0; x < columns; ++x) {
      const std::size_t bit = std::size_t{x} * static_cast<std::size_t>(bits);
      const int number = packed[y * row_bytes + bit / 8] >> (8 - bits - static_cast<int>(bit % 8)) & largest;
      bytes[y * columns + x] = static_cast<std::uint8_t>(spread ? number * 255 / largest : number);
    }
  }
}

/// Colours that are stored multiplied by their opacity, the last sample, as Pillow divides them.
template <typename Sample>
void divide_by_opacity(std::vector<std::uint8_t>& bytes, std::size_t stored) {
  constexpr std::uint64_t kOpaque = std::numeric_limits<Sample>::max();
  auto* samples = reinterpret_cast<Sample*>(bytes.data());
  for (std::size_t i = 0; i + stored <= bytes.size() / sizeof(Sample); i += stored) {
    const std::uint64_t opacity = samples[i + stored - 1];
    for (std::size_t c = 0; c + 1 < stored; ++c) {
      samples[i + c] = static_cast<Sample>(opacity == 0 ? 0 : std::min(kOpaque * samples[i + c] / opacity, kOpaque));
    }
  }
}

class TiffFile : public ImageFile {
 public:
  TiffFile(const std::string& path, FilePointer file, Palette palette) : path_(path), palette_(palette) {
    [[maybe_unused]] static const bool quiet = [] {
      TIFFSetErrorHandler(keep_reason);
      TIFFSetWarningHandler(nullptr);
      return true;
    }();
    last_reason.clear();
    // The library closes the descriptor that it is given. m: not mapped into memory, where a file that shrinks would kill us.
    const int descriptor = ::dup(::fileno(file.get()));
    if (descriptor >= 0 && ::lseek(descriptor, 0, SEEK_SET) == 0) tiff_.reset(TIFFFdOpen(descriptor, path.c_str(), "rm"));
    if (!tiff_ && descriptor >= 0) ::close(descriptor);
    if (!tiff_) damaged();

    const TiffPage first(tiff_.get());
    ImageForm form = first.form(tiff_.get(), path_, palette_);
    const std::int64_t said = images_without_pages(tiff_.get());
    std::int64_t pages = 1;
    while (TIFFReadDirectory(tiff_.get()) == 1) {
      const TiffPage page(tiff_.get());
      if (page.form(tiff_.get(), path_, palette_) != form || page.orientation != first.orientation) {
        throw Error("{}: its pages differ in size or kind; save each as a file of its own.", path);
      }
      ++pages;
    }
    if (pages == 1 && said > 1) throw Error("{}: holds several images, but a page for the first alone; save it with a page each.", path);
    if (pages > 1) form.pages = pages;
    set_palette_numbers(palette == Palette::kNumbers && first.photometric == PHOTOMETRIC_PALETTE);
    if (first.samples > first.channels(palette_) && first.is_plain(palette_)) add_change(kDropsTransparency);
    if (first.is_inverted() && first.bits > 8) add_change("white is 0 in the file, and numbers are inverted, so that black is 0");
    set_form(path, form, first.orientation);
  }

  at::Tensor read() override {
    ImageForm stored = form();
    if (swaps_axes(orientation())) std::swap(stored.height, stored.width);
    at::Tensor pixels = at::empty(stored.shape(), stored.type);
    const std::int64_t pages = std::max<std::int64_t>(stored.pages, 1);
    for (std::int64_t page = 0; page < pages; ++page) {
      if (TIFFSetDirectory(tiff_.get(), static_cast<tdir_t>(page)) != 1) damaged();
      const TiffPage tags(tiff_.get());
      const ImageForm now = tags.form(tiff_.get(), path_, palette_);
      if (now.height != stored.height || now.width != stored.width || now.channels != stored.channels || now.type != stored.type) {
        throw Error("{}: changed while it was read.", path_);
      }
      const std::vector<std::uint8_t> samples = tags.is_plain(palette_) ? read_samples(tags) : read_colours(tags);
      store(tags, samples, page, pages, pixels);
    }
    return upright(pixels, orientation());
  }

 private:
  [[noreturn]] void damaged() const {
    throw Error("{}: is damaged or cut off: libtiff says {}.", path_, last_reason.empty() ? "nothing more" : last_reason);
  }

  /// The numbers as they are stored, pixel by pixel; those of less than 8 bits in a byte each.
  std::vector<std::uint8_t> read_samples(const TiffPage& page) {
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
    const bool separate = page.planar == PLANARCONFIG_SEPARATE && page.samples > 1;
    const bool narrow = page.bits < 8;
    const std::size_t bytes = narrow ? 1 : page.bits / 8;
    const std::size_t run = bytes * (separate ? 1 : page.samples);  // what a block holds of a pixel
    const std::size_t row_bytes = narrow ? (std::size_t{block_width} * page.bits + 7) / 8 : run * block_width;
    const tmsize_t block_bytes = tiled ? TIFFTileSize(tiff) : TIFFStripSize(tiff);
    const auto expected = static_cast<tmsize_t>(row_bytes * block_height);
    if (block_width == 0 || block_height == 0 || block_bytes < expected || block_bytes > kMostBlockBytes) damaged();

    std::vector<std::uint8_t> stored(static_cast<std::size_t>(block_bytes));
    std::vector<std::uint8_t> expanded;
    std::vector<std::uint8_t> samples(std::size_t{page.width} * page.height * page.samples * bytes);
    for (std::uint16_t plane = 0; plane < (separate ? page.samples : 1); ++plane) {
      for (std::uint32_t top = 0; top < page.height; top += block_height) {
        for (std::uint32_t left = 0; left < page.width; left += block_width) {
          const std::uint32_t rows = std::min(block_height, page.height - top);
          const std::uint32_t columns = std::min(block_width, page.width - left);
          const tmsize_t got = tiled ? TIFFReadEncodedTile(tiff, TIFFComputeTile(tiff, left, top, 0, plane), stored.data(), block_bytes)
                                     : TIFFReadEncodedStrip(tiff, TIFFComputeStrip(tiff, top, plane), stored.data(), block_bytes);
          if (got < static_cast<tmsize_t>(row_bytes * (tiled ? block_height : rows))) damaged();
          if (narrow) expand_bits(stored, row_bytes, block_width, page.bits, page.is_grey(), expanded);
          const std::vector<std::uint8_t>& block = narrow ? expanded : stored;
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
    if (page.is_inverted()) std::transform(samples.begin(), samples.end(), samples.begin(), [](std::uint8_t byte) { return ~byte; });
    if (page.is_multiplied(palette_)) {
      page.bits == 8 ? divide_by_opacity<std::uint8_t>(samples, page.samples) : divide_by_opacity<std::uint16_t>(samples, page.samples);
    }
    return samples;
  }

  /// What libtiff turns into colours (palettes, YCbCr), as 8 bits of red, green, blue and nothing.
  std::vector<std::uint8_t> read_colours(const TiffPage& page) {
    TIFFSetField(tiff_.get(), TIFFTAG_ORIENTATION, ORIENTATION_TOPLEFT);  // as it is stored, as other pages are read
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

  void store(const TiffPage& page, const std::vector<std::uint8_t>& samples, std::int64_t number, std::int64_t pages, at::Tensor& pixels) {
    if (!page.is_plain(palette_)) return store_as<std::uint8_t, std::uint8_t>(samples, 4, number, pages, pixels);
    if (page.format == SAMPLEFORMAT_IEEEFP) {
      page.bits == 32 ? store_as<float, float>(samples, page.samples, number, pages, pixels)
                      : store_as<double, float>(samples, page.samples, number, pages, pixels);
    } else if (page.bits <= 8) {
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
    const auto* numbers = reinterpret_cast<const Sample*>(samples.data());
    if constexpr (std::is_same_v<Value, float> && sizeof(Sample) >= sizeof(float) && !std::is_same_v<Sample, float>) {
      expect_floats(numbers, samples.size() / sizeof(Sample));
    }
    const std::int64_t plane = pixels.size(-2) * pixels.size(-1);
    separate_channels(numbers, stored, plane, form().channels, pages * plane, pixels.mutable_data_ptr<Value>() + number * plane);
  }

  /// Whole numbers must be exact as f32, other ones in its range.
  template <typename Sample>
  void expect_floats(const Sample* numbers, std::size_t count) const {
    for (std::size_t i = 0; i < count; ++i) {
      const auto value = static_cast<double>(numbers[i]);
      const auto stored = static_cast<double>(static_cast<float>(value));
      const bool fits = std::is_integral_v<Sample> ? stored == value : std::isfinite(stored) || !std::isfinite(value);
      if (!fits) throw Error("{}: holds {}, which 32-bit floating point cannot hold; scale it to a smaller range.", path_, numbers[i]);
    }
  }

  static constexpr tmsize_t kMostBlockBytes = tmsize_t{1} << 32;

  std::string path_;
  Palette palette_;
  std::unique_ptr<TIFF, CloseTiff> tiff_;
};

}  // namespace

std::unique_ptr<ImageFile> open_tiff(const std::string& path, FilePointer file, Palette palette) {
  return std::make_unique<TiffFile>(path, std::move(file), palette);
}

}  // namespace galen::data
