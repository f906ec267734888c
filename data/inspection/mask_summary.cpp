#include "data/inspection/mask_summary.h"

#include "data/files/dataset.h"
#include "data/mask_converter.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace galen::data {

void MaskSummary::add(std::span<const std::uint8_t> mask) {
  std::array<std::int64_t, kValues> here = {};
  for (const std::uint8_t value : mask) ++here[value];
  for (std::size_t value = 0; value < kValues; ++value) {
    pixels_[value] += here[value];
    samples_with_[value] += here[value] > 0;
  }
  ++samples_;
  without_foreground_ += here[0] == static_cast<std::int64_t>(mask.size());
}

std::vector<MaskSummary::Class> MaskSummary::classes() const {
  std::int64_t all = 0;
  for (const std::int64_t pixels : pixels_) all += pixels;
  std::vector<Class> classes;
  for (std::size_t value = 0; value < kValues; ++value) {
    const bool named = value < names_.size();
    if (pixels_[value] == 0 && !named) continue;
    classes.push_back({static_cast<std::int64_t>(value), named ? names_[value] : std::to_string(value), pixels_[value],
                       static_cast<double>(pixels_[value]) / static_cast<double>(std::max<std::int64_t>(all, 1)), samples_with_[value]});
  }
  return classes;
}

MaskSummary summarize_masks(const Dataset& dataset) {
  MaskSummary summary(dataset.class_names());
  const MaskConverter converter(dataset.masks(), Transforms(TransformOptions(), dataset.input_shape()));
  std::int64_t cells = 1;
  for (std::size_t i = 1; i < dataset.input_shape().size(); ++i) cells *= dataset.input_shape()[i];
  std::vector<std::uint8_t> labels(static_cast<std::size_t>(cells));
  MaskConverter::Room room;
  ReadScratch scratch;
  for (std::int64_t sample = 0; sample < dataset.size(); ++sample) {
    dataset.visit_masks({&sample, 1}, scratch, [&](std::size_t, const std::byte* stored) {
      converter.convert(stored, {0, 0, sample}, /*training=*/false, room, labels.data());
    });
    summary.add(labels);
  }
  return summary;
}

std::string describe(const MaskSummary& masks) {
  const auto label = [](const MaskSummary::Class& one) {  // a name may be another number than the value
    const std::string value = std::to_string(one.value);
    return one.name == value ? value : fmt::format("{} {}", value, one.name);
  };
  const std::vector<MaskSummary::Class> classes = masks.classes();
  std::size_t width = 5;
  for (const MaskSummary::Class& one : classes) width = std::max(width, label(one).size());
  std::string text = fmt::format("  {:<{}}  {:>10}  {:>10}\n", "masks", width, "of pixels", "samples");
  for (const MaskSummary::Class& one : classes)
    text += fmt::format("  {:<{}}  {:>8.3g} %  {:>10}\n", label(one), width, 100 * one.share, one.samples);
  return text + fmt::format("  ({} of {} samples have nothing but 0)\n", masks.without_foreground(), masks.samples());
}

}  // namespace galen::data
