#include "data/formats/images/decoders.h"
#include "data/formats/images/exif.h"
#include "galen/error.h"

// clang-format off
#include <cstdio>  // jpeglib.h needs it
#include <jpeglib.h>
#include <jerror.h>
// clang-format on

#include <ATen/ops/empty.h>

#include <csetjmp>
#include <string_view>
#include <utility>
#include <vector>

namespace galen::data {
namespace {

class JpegFile : public ImageFile {
 public:
  JpegFile(const std::string& path, FilePointer file) : path_(path), file_(std::move(file)) {
    decoder_.err = jpeg_std_error(&errors_);
    errors_.error_exit = on_error;
    errors_.emit_message = on_message;
    decoder_.client_data = this;
    try {
      guard([&] { jpeg_create_decompress(&decoder_); });
      read_header();
    } catch (...) {
      jpeg_destroy_decompress(&decoder_);
      throw;
    }
  }
  ~JpegFile() override { jpeg_destroy_decompress(&decoder_); }

  bool is_jpeg() const override { return true; }

  at::Tensor read() override {
    const std::int64_t plane = form().height * form().width;
    std::vector<JSAMPLE> samples(static_cast<std::size_t>(plane * form().channels));
    guard([&] {
      jpeg_start_decompress(&decoder_);
      const std::size_t row_bytes = std::size_t{decoder_.output_width} * static_cast<std::size_t>(decoder_.output_components);
      while (decoder_.output_scanline < decoder_.output_height) {
        JSAMPROW row = &samples[decoder_.output_scanline * row_bytes];
        jpeg_read_scanlines(&decoder_, &row, 1);
      }
      jpeg_finish_decompress(&decoder_);
    });
    const at::Tensor pixels = at::empty({form().channels, decoder_.image_height, decoder_.image_width}, at::kByte);
    separate_channels(samples.data(), form().channels, plane, form().channels, plane, pixels.mutable_data_ptr<std::uint8_t>());
    return upright(pixels, orientation());
  }

 private:
  [[noreturn]] static void on_error(j_common_ptr decoder) {
    auto* self = static_cast<JpegFile*>(decoder->client_data);
    const int code = decoder->err->msg_code;
    self->is_unknown_kind_ = code == JERR_BAD_PRECISION || code == JERR_SOF_UNSUPPORTED || code == JERR_ARITH_NOTIMPL;
    decoder->err->format_message(decoder, self->reason_);
    std::longjmp(self->jump_, 1);
  }

  // The library fills in what is missing from a file and only warns; that is no image to learn from. These warnings are harmless.
  static void on_message(j_common_ptr decoder, int level) {
    const int code = decoder->err->msg_code;
    if (level < 0 && code != JWRN_EXTRANEOUS_DATA && code != JWRN_JFIF_MAJOR && code != JWRN_ADOBE_XFORM) on_error(decoder);
  }

  /// `work` may hold nothing that wants destruction.
  template <typename Work>
  void guard(const Work& work) {
    if (setjmp(jump_) == 0) {
      work();
      return;
    }
    if (is_unknown_kind_) throw Error("{}: is a JPEG image of a kind that is not read: libjpeg says {}.", path_, reason_);
    throw Error("{}: is damaged or cut off: libjpeg says {}.", path_, reason_);
  }

  void read_header() {
    guard([&] {
      jpeg_stdio_src(&decoder_, file_.get());
      jpeg_save_markers(&decoder_, kApp1, kLongestSegment);
      jpeg_read_header(&decoder_, TRUE);
    });
    if (decoder_.num_components != 1 && decoder_.num_components != 3) {
      throw Error("{}: has {} colours (CMYK?); save it as RGB or grey.", path_, decoder_.num_components);
    }
    decoder_.out_color_space = decoder_.num_components == 1 ? JCS_GRAYSCALE : JCS_RGB;
    const ImageForm form{.channels = decoder_.num_components, .height = decoder_.image_height, .width = decoder_.image_width};
    OrientationTags tags;
    for (const jpeg_marker_struct* marker = decoder_.marker_list; marker != nullptr; marker = marker->next) {
      const std::string_view segment(reinterpret_cast<const char*>(marker->data), marker->data_length);
      if (segment.starts_with(kExif)) tags.add_exif({marker->data, marker->data_length});
      if (segment.starts_with(kXmp)) tags.add_xmp(segment);
    }
    set_form(path_, form, tags.orientation());
  }

  static constexpr std::string_view kExif = {"Exif\0\0", 6};
  static constexpr std::string_view kXmp = "http://ns.adobe.com/xap/1.0/";
  static constexpr int kApp1 = JPEG_APP0 + 1;
  static constexpr unsigned kLongestSegment = 0xFFFF;

  std::string path_;
  FilePointer file_;
  jpeg_decompress_struct decoder_ = {};
  jpeg_error_mgr errors_ = {};
  char reason_[JMSG_LENGTH_MAX] = "";
  bool is_unknown_kind_ = false;
  std::jmp_buf jump_;
};

}  // namespace

std::unique_ptr<ImageFile> open_jpeg(const std::string& path, FilePointer file, Palette) {
  return std::make_unique<JpegFile>(path, std::move(file));
}

}  // namespace galen::data
