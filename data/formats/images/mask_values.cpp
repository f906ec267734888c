#include "data/formats/images/mask_values.h"

#include "galen/error.h"

#include <ATen/ops/empty.h>

#include <algorithm>
#include <array>

namespace galen::data {
namespace {

constexpr std::size_t kMostValues = 4096;  // more are never classes
constexpr std::size_t kMostListed = 20;

std::string text_of(std::int32_t value) {
  return value < MaskValues::kColour ? fmt::format("{}", value) : fmt::format("#{:06x}", value & 0xffffff);
}

/// Whether each channel of `value` lies between those of its neighbours on one line, and it is neither of them.
bool is_between(std::int32_t value, std::int32_t one, std::int32_t other) {
  if (value == one || value == other) return false;
  const auto channels = [](std::int32_t v) {
    return v < MaskValues::kColour ? std::array{v, v, v} : std::array{v >> 16 & 255, v >> 8 & 255, v & 255};
  };
  const auto a = channels(one), b = channels(other), v = channels(value);
  for (std::size_t c = 0; c < v.size(); ++c) {
    if (v[c] < std::min(a[c], b[c]) || v[c] > std::max(a[c], b[c])) return false;
  }
  return true;
}

bool has_neighbours_on_both_sides(const std::int32_t* at, std::int64_t x, std::int64_t y, std::int64_t width, std::int64_t height) {
  std::array<std::int32_t, 4> neighbours;
  std::size_t n = 0;
  if (x > 0) neighbours[n++] = at[-1];
  if (x + 1 < width) neighbours[n++] = at[1];
  if (y > 0) neighbours[n++] = at[-width];
  if (y + 1 < height) neighbours[n++] = at[width];
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = i + 1; j < n; ++j) {
      if (is_between(*at, neighbours[i], neighbours[j])) return true;
    }
  }
  return false;
}

}  // namespace

at::Tensor MaskClasses::apply(const at::Tensor& values, const std::string& file) const {
  at::Tensor classes = at::empty(values.sizes(), at::kByte);
  const auto* from = values.const_data_ptr<std::int32_t>();
  auto* to = classes.mutable_data_ptr<std::uint8_t>();
  auto last = class_of.end();
  for (std::int64_t i = 0; i < values.numel(); ++i) {
    if (last == class_of.end() || last->first != from[i]) last = class_of.find(from[i]);
    if (last == class_of.end()) throw Error("{}: changed while it was imported.", file);
    to[i] = last->second;
  }
  return classes;
}

void MaskValues::count(const at::Tensor& values, const std::string& file, bool from_palette, bool from_jpeg) {
  const std::int64_t height = values.size(0), width = values.size(1);
  const auto* pixels = values.const_data_ptr<std::int32_t>();
  std::map<std::int32_t, Count> here;
  auto last = here.end();
  for (std::int64_t y = 0; y < height; ++y) {
    for (std::int64_t x = 0; x < width; ++x) {
      const std::int32_t* at = pixels + y * width + x;
      if (last == here.end() || last->first != *at) last = here.try_emplace(*at).first;
      ++last->second.pixels;
      if (here.size() > 2) last->second.between += has_neighbours_on_both_sides(at, x, y, width, height);
    }
    if (here.size() > kMostValues) throw Error("{}: holds more than {} values, and so is no mask.", file, kMostValues);
  }
  if (from_jpeg && here.size() > 2) {
    throw Error(
        "{}: is a JPEG image of {} values; its compression blurs the borders of a mask. Save masks as PNG, each class with one value.",
        file, here.size());
  }
  any_with_1_and_255_ = any_with_1_and_255_ || (here.contains(1) && here.contains(255));
  std::string& first = from_palette ? palette_file_ : other_file_;
  if (first.empty()) first = file;
  for (const auto& [value, count] : here) {
    Count& all = counts_.try_emplace(value, Count{0, 0, file}).first->second;
    all.pixels += count.pixels;
    all.between += count.between;
  }
}

void MaskValues::add(const MaskValues& others) {
  any_with_1_and_255_ = any_with_1_and_255_ || others.any_with_1_and_255_;
  if (palette_file_.empty()) palette_file_ = others.palette_file_;
  if (other_file_.empty()) other_file_ = others.other_file_;
  for (const auto& [value, count] : others.counts_) {
    Count& all = counts_.try_emplace(value, Count{0, 0, count.file}).first->second;
    all.pixels += count.pixels;
    all.between += count.between;
  }
}

void MaskValues::expect_no_blur(const std::string& source) const {
  if (counts_.size() > kMostClasses) {
    throw Error(
        "{}: the masks hold more than {} values, and classes are so many at most. Smoothing, JPEG's compression and numbers of objects "
        "make "
        "so many: save masks with one value for each class, the same in all.",
        source, kMostClasses);
  }
  std::vector<std::string> blurred;
  std::string file;
  for (const auto& [value, count] : counts_) {
    if (2 * count.between <= count.pixels) continue;
    blurred.push_back(text_of(value));
    file = count.file;
  }
  if (blurred.size() < 2) return;
  if (blurred.size() > kMostListed) blurred.resize(kMostListed);
  throw Error(
      "{}: the masks hold {} values, of which {} (such as in {}) lie between others along borders, as smoothing or JPEG's compression "
      "leaves them. Save masks with one value for each class.",
      source, counts_.size(), fmt::join(blurred, ", "), file);
}

MaskClasses MaskValues::classes(const std::string& source) const {
  if (!palette_file_.empty() && !other_file_.empty()) {
    throw Error("{}: some masks have a palette ({}), others none ({}); save all in one way.", source, palette_file_, other_file_);
  }
  expect_no_blur(source);
  if (counts_.contains(1) && counts_.contains(255) && counts_.size() <= 3 && !any_with_1_and_255_) {
    throw Error("{}: some masks have 1 ({}), others 255 ({}), and none both; save all with the same values.", source, counts_.at(1).file,
                counts_.at(255).file);
  }

  MaskClasses classes;
  std::vector<std::string> values;
  for (const auto& [value, count] : counts_) {
    classes.class_of[value] = static_cast<std::uint8_t>(values.size());
    values.push_back(text_of(value));
  }
  const auto only = [&](std::int32_t a, std::int32_t b) {
    return std::all_of(counts_.begin(), counts_.end(), [&](const auto& entry) { return entry.first == a || entry.first == b; });
  };
  const bool as_they_are = (!palette_file_.empty() && counts_.rbegin()->first < static_cast<std::int32_t>(kMostClasses)) ||
                           counts_.rbegin()->first + 1 == static_cast<std::int32_t>(counts_.size()) || only(0, 1);
  if (counts_.contains(255) && only(0, 255)) {
    classes.class_of = {{0, 0}, {255, 1}};
    classes.names = {"background", "foreground"};
    classes.note = "Masks: 0 and 255 are classes 0 and 1.";
  } else if (as_they_are) {
    for (auto& [value, number] : classes.class_of) number = static_cast<std::uint8_t>(value);
    if (counts_.contains(1) && only(0, 1)) classes.names = {"background", "foreground"};
    if (values.size() > kMostListed) values = {values.front(), "…", values.back()};
    classes.note = fmt::format("Masks: {} is the class of its pixel: {}.", palette_file_.empty() ? "a value" : "the number of a palette",
                               fmt::join(values, ", "));
  } else {
    classes.names = values;
    std::vector<std::string> pairs;
    for (std::size_t i = 0; i < std::min(values.size(), kMostListed); ++i) pairs.push_back(fmt::format("{} is {}", values[i], i));
    const std::size_t more = values.size() - pairs.size();
    classes.note = fmt::format("Masks: values become classes in their order: {}{}.", fmt::join(pairs, ", "),
                               more > 0 ? fmt::format(" and {} more", more) : "");
  }
  return classes;
}

}  // namespace galen::data
