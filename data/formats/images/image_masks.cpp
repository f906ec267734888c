#include "data/formats/images/image_masks.h"

#include "galen/error.h"

#include "data/formats/images/image_list.h"
#include "data/formats/sample_size.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace galen::data {
namespace {

/// A mask's values, see MaskValues. Colours whose channels are alike are grey.
at::Tensor values_of(const at::Tensor& pixels, const std::string& file) {
  const std::int64_t plane = pixels.size(1) * pixels.size(2);
  at::Tensor values = at::empty({pixels.size(1), pixels.size(2)}, at::kInt);
  auto* to = values.mutable_data_ptr<std::int32_t>();
  const at::Tensor numbers = pixels.to(at::kFloat).contiguous();
  const auto* from = numbers.const_data_ptr<float>();
  const bool grey = pixels.size(0) == 1;
  for (std::int64_t i = 0; i < plane; ++i) {
    const float value = from[i];
    if (!(value >= 0 && value <= 65535 && value == std::floor(value))) {
      throw Error("{}: holds {}; a mask holds whole numbers from 0 to 65535.", file, value);
    }
    to[i] = static_cast<std::int32_t>(value);
    if (grey || (value == from[plane + i] && value == from[2 * plane + i])) continue;
    if (pixels.scalar_type() != at::kByte) throw Error("{}: has colours of 16 bits, which no mask has; save it as 8 bits.", file);
    to[i] = MaskValues::kColour | to[i] << 16 | static_cast<std::int32_t>(from[plane + i]) << 8 |
            static_cast<std::int32_t>(from[2 * plane + i]);
  }
  return values;
}

/// Which pixels a mask marks, where several are joined: one value beside 0.
at::Tensor marked(const at::Tensor& values, const std::string& file) {
  at::Tensor marks = at::empty(values.sizes(), at::kByte);
  const auto* from = values.const_data_ptr<std::int32_t>();
  auto* to = marks.mutable_data_ptr<std::uint8_t>();
  std::int32_t mark = 0;
  for (std::int64_t i = 0; i < values.numel(); ++i) {
    if (mark == 0) mark = from[i];
    if (from[i] != 0 && from[i] != mark) {
      throw Error("{}: holds {} and {} beside 0; of masks that are joined each marks one object, with one value.", file, mark, from[i]);
    }
    to[i] = from[i] != 0;
  }
  return marks;
}

void expect_same_pixels(const ImageFile& mask, const std::string& file, const ImageFile& image, const std::string& image_file) {
  const ImageForm& form = mask.form();
  const ImageForm& wanted = image.form();
  if (form.pages > 0 || wanted.pages > 0)
    throw Error("{}: has several pages, or its image {} has; masks are read of flat images.", file, image_file);
  const bool same_size = form.height == wanted.height && form.width == wanted.width;
  const bool turned = mask.orientation() != image.orientation();
  if (same_size && (!turned || (swaps_axes(image.orientation()) && form.height != form.width))) return;
  if (!same_size) {
    throw Error("{}: is a mask of {} x {} pixels, but its image {} has {} x {}.", file, form.height, form.width, image_file, wanted.height,
                wanted.width);
  }
  throw Error("{}: is a mask with the orientation {}, but its image {} has {}; save both upright.", file, mask.orientation(), image_file,
              image.orientation());
}

}  // namespace

ImageMasks::ImageMasks(std::string source, const MaskPairs& pairs, const std::vector<std::int64_t>& size)
    : source_(std::move(source)), masks_(pairs.masks), size_(size) {
  joined_ = std::any_of(masks_.begin(), masks_.end(), [](const auto& entry) { return entry.second.size() > 1; }) || pairs.are_cases;
}

MaskFacts ImageMasks::look_through(const std::string& image, const ImageFile& opened) const {
  MaskFacts facts;
  at::Tensor marks;
  for (const std::string& file : files(image)) {
    const auto mask = open_image(file, Palette::kNumbers);
    expect_same_pixels(*mask, file, opened, image);
    const auto& changes = mask->changes();
    facts.drops_transparency = facts.drops_transparency || std::find(changes.begin(), changes.end(), kDropsTransparency) != changes.end();
    const at::Tensor pixels = values_of(mask->read(), file);
    if (!joined_) {
      facts.values.count(pixels, file, mask->holds_palette_numbers(), mask->is_jpeg());
      continue;
    }
    const at::Tensor own = marked(pixels, file);
    if (!marks.defined()) marks = at::zeros(own.sizes(), at::kByte);
    auto* all = marks.mutable_data_ptr<std::uint8_t>();
    const auto* one = own.const_data_ptr<std::uint8_t>();
    for (std::int64_t i = 0; i < own.numel(); ++i) {
      all[i] = static_cast<std::uint8_t>(std::min(2, all[i] + one[i]));
      facts.shared_pixels += one[i] != 0 && all[i] == 2 ? 1 : 0;
    }
  }
  return facts;
}

void ImageMasks::count(const std::string& image, const MaskFacts& facts) {
  values_.add(facts.values);
  shared_pixels_ += facts.shared_pixels;
  transparent_ = transparent_ || facts.drops_transparency;
  parts_ += static_cast<std::int64_t>(masks_.at(image).size());
}

void ImageMasks::decide(Source& source) {
  if (joined_) {
    source.description.mask_class_names = {"background", "foreground"};
    source.warnings.push_back(
        fmt::format("Masks: the {} masks of {} images are joined, one mask an image: class 1 where any of them marks a pixel, else 0. {} "
                    "pixel{} marked "
                    "by several.",
                    parts_, source.description.size, shared_pixels_, shared_pixels_ == 1 ? " is" : "s are"));
    return;
  }
  classes_ = values_.classes(source_);
  if (classes_.class_of.size() == 1 && transparent_) {
    throw Error("{}: the masks hold one value, and transparency, which is not read; save them with a value for each class.", source_);
  }
  source.description.mask_class_names = classes_.names;
  source.warnings.push_back(classes_.note);
}

at::Tensor ImageMasks::read(const std::string& image) const {
  at::Tensor classes;
  for (const std::string& file : files(image)) {
    const at::Tensor values = values_of(open_image(file, Palette::kNumbers)->read(), file);
    const at::Tensor own = joined_ ? marked(values, file) : classes_.apply(values, file);
    if (classes.defined() && classes.sizes() != own.sizes()) throw Error("{}: changed while it was imported.", file);
    classes = classes.defined() ? classes.bitwise_or(own) : own;
  }
  return SampleSize(size_, "resample", 2).fit_mask(classes);
}

std::vector<std::string> ImageMasks::files(const std::string& image) const {
  std::vector<std::string> paths;
  const auto found = masks_.find(image);
  if (found == masks_.end()) return paths;
  for (const std::string& file : found->second) paths.push_back(image_path(source_, file));
  return paths;
}

}  // namespace galen::data
