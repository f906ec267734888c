#include "data/formats/images/image_file.h"

#include "galen/error.h"

#include "data/formats/gzip_file.h"
#include "data/formats/images/decoders.h"
#include "galen/lower_case.h"

#include <ATen/ops/empty.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <utility>

namespace galen::data {
namespace {

// A header that claims more is damaged, and would cost memory before that is found out.
constexpr std::int64_t kMostNumbers = std::int64_t{1} << 31;
constexpr std::int64_t kMostNumbersAnywhere = 16 << 20;
constexpr std::int64_t kMostCompression = 20'000;

constexpr std::size_t kStart = 8;  // bytes that show the kind

struct Kind {
  std::string magic;
  std::unique_ptr<ImageFile> (*open)(const std::string& path, FilePointer file, Palette palette);
};

const Kind kKinds[] = {
    {"\x89PNG\r\n\x1a\n", open_png},
    {"\xff\xd8\xff", open_jpeg},
    {std::string("II*\0", 4), open_tiff},
    {std::string("MM\0*", 4), open_tiff},
    {std::string("II+\0", 4), open_tiff},
    {std::string("MM\0+", 4), open_tiff},
    {"BM", open_bmp},
};

const Kind* kind_of(const std::string& start) {
  for (const Kind& kind : kKinds) {
    if (start.starts_with(kind.magic)) return &kind;
  }
  return nullptr;
}

}  // namespace

std::vector<std::int64_t> ImageForm::shape() const {
  if (pages == 0) return {channels, height, width};
  return {channels, pages, height, width};
}

void ImageFile::set_form(const std::string& path, const ImageForm& stored, ExifOrientation orientation) {
  ImageForm form = stored;
  if (swaps_axes(orientation)) std::swap(form.height, form.width);
  const std::int64_t planes = form.channels * std::max<std::int64_t>(form.pages, 1);
  const auto file_bytes = static_cast<std::int64_t>(std::filesystem::file_size(path));
  const std::int64_t most = std::clamp(file_bytes * kMostCompression, kMostNumbersAnywhere, kMostNumbers);
  if (form.height < 1 || form.width < 1 || form.height > most / form.width || form.height * form.width > most / planes) {
    throw Error("{}: claims to be {} x {} pixels large, so its header is damaged.", path, form.height, form.width);
  }
  form_ = form;
  orientation_ = orientation;
}

at::Tensor ImageFile::empty() const { return at::empty(form_.shape(), form_.type); }

std::unique_ptr<ImageFile> open_image(const std::string& path, Palette palette) {
  FilePointer file = open_to_read(path);
  std::string start(kStart, '\0');
  start.resize(std::fread(start.data(), 1, start.size(), file.get()));
  const bool is_packed = start.starts_with("\x1f\x8b");
  const Kind* kind = kind_of(is_packed ? peek(path, kStart) : start);
  if (kind == nullptr) throw Error("{}: is no PNG, JPEG, TIFF or BMP image.", path);
  if (is_packed) throw Error("{}: is an image that is packed by gzip; unpack it with gunzip.", path);
  std::rewind(file.get());
  return kind->open(path, std::move(file), palette);
}

bool has_image_name(const std::string& path) {
  static const std::set<std::string> kExtensions = {".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".tif", ".tiff", ".bmp", ".dib"};
  return kExtensions.contains(lower_case(std::filesystem::path(path).extension()));
}

bool is_image_file(const std::string& path) { return has_image_name(path) && kind_of(peek(path, kStart)) != nullptr; }

}  // namespace galen::data
