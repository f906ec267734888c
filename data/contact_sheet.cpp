#include "data/contact_sheet.h"

#include "data/dataset.h"
#include "data/picture.h"
#include "data/png_file.h"
#include "galen/error.h"

#include <ATen/ops/empty.h>

#include <algorithm>
#include <cmath>

namespace galen::data {

namespace {

constexpr int kSide = 128;  // of an image or slice at most
constexpr int kGap = 8;
constexpr int kSignalWidth = 384;
constexpr int kSignalHeight = 96;
constexpr Colour kPaper = {24, 26, 32};
constexpr Colour kInk = {225, 228, 235};
constexpr Colour kSignalPaper = {38, 41, 50};
constexpr std::array kSignalInks = {Colour{110, 200, 255}, Colour{255, 180, 90}, Colour{140, 230, 140}, Colour{240, 130, 200}};

struct Shown {
  const float* values;
  Grid grid;
  ValueRange range;  // black and white
};

ValueRange extremes(const float* values, std::int64_t size) {
  const auto [low, high] = std::minmax_element(values, values + size);
  return {*low, *high};
}

// Small slices are enlarged by whole factors.
double zoom(const Grid& grid) {
  const auto longest = static_cast<double>(*std::max_element(grid.extent.begin(), grid.extent.end()));
  return longest <= kSide ? std::floor(kSide / longest) : kSide / longest;
}

int zoomed(const Grid& grid, int axis) { return std::max(1, static_cast<int>(static_cast<double>(grid.extent[axis]) * zoom(grid))); }

std::uint8_t brightness(float value, ValueRange range) {
  const double share = range.high > range.low ? (value - range.low) / (range.high - range.low) : 0;
  return static_cast<std::uint8_t>(std::lround(255 * std::clamp(share, 0.0, 1.0)));
}

// The middle slice across `across`; what is right and down are the other two axes.
void draw_slice(Picture& picture, int left, int top, const Shown& shown, int across) {
  const Grid& grid = shown.grid;
  const int down = across == 0 ? 1 : 0;
  const int right = across == 2 ? 1 : 2;
  const int height = zoomed(grid, down);
  const int width = zoomed(grid, right);
  std::array<std::int64_t, Grid::kAxes> at = {grid.extent[0] / 2, grid.extent[1] / 2, grid.extent[2] / 2};
  for (int y = 0; y < height; ++y) {
    at[down] = y * grid.extent[down] / height;
    for (int x = 0; x < width; ++x) {
      at[right] = x * grid.extent[right] / width;
      Colour colour{};
      for (int c = 0; c < 3; ++c) {
        const std::int64_t channel = grid.channels == 3 ? c : 0;
        const std::int64_t cell = (at[0] * grid.extent[1] + at[1]) * grid.extent[2] + at[2];
        colour[c] = brightness(shown.values[channel * grid.cells() + cell], shown.range);
      }
      picture.set(left + x, top + y, colour);
    }
  }
}

void draw_signal(Picture& picture, int left, int top, const Shown& shown) {
  picture.fill(left, top, kSignalWidth, kSignalHeight, kSignalPaper);
  const std::int64_t length = shown.grid.extent[2];
  for (std::int64_t c = 0; c < shown.grid.channels; ++c) {
    const float* values = shown.values + c * length;
    const auto x = [&](std::int64_t t) { return left + static_cast<int>(t * (kSignalWidth - 1) / std::max<std::int64_t>(length - 1, 1)); };
    const auto y = [&](std::int64_t t) { return top + 2 + (255 - brightness(values[t], shown.range)) * (kSignalHeight - 5) / 255; };
    const Colour ink = kSignalInks[static_cast<std::size_t>(c) % kSignalInks.size()];
    for (std::int64_t t = 1; t < length; ++t) picture.line(x(t - 1), y(t - 1), x(t), y(t), ink);
  }
}

struct Size {
  int width;
  int height;
};

Size size_of(const Grid& grid) {
  if (grid.dimensions == 1) return {kSignalWidth, kSignalHeight};
  if (grid.dimensions == 2) return {zoomed(grid, 2), zoomed(grid, 1)};
  return {zoomed(grid, 2) * 2 + zoomed(grid, 1) + 4, std::max(zoomed(grid, 0), zoomed(grid, 1))};
}

void draw(Picture& picture, int left, int top, const Shown& shown) {
  if (shown.grid.dimensions == 1) return draw_signal(picture, left, top, shown);
  draw_slice(picture, left, top, shown, 0);
  if (shown.grid.dimensions == 2) return;
  draw_slice(picture, left + zoomed(shown.grid, 2) + 2, top, shown, 1);
  draw_slice(picture, left + 2 * zoomed(shown.grid, 2) + 4, top, shown, 2);
}

std::string label_of(const Dataset& dataset, std::int64_t sample) {
  const std::string number = fmt::format("#{}", sample);
  if (dataset.target_kind() == TargetKind::kClass) {
    const std::int64_t target = dataset.targets().const_data_ptr<std::int64_t>()[sample];
    return fmt::format("{} {}", number, dataset.class_names()[static_cast<std::size_t>(target)]);
  }
  if (dataset.target_kind() == TargetKind::kNone) return number;
  const std::int64_t count = dataset.targets().size(1);
  const float* targets = dataset.targets().const_data_ptr<float>() + sample * count;
  if (dataset.target_kind() == TargetKind::kValue) return fmt::format("{} {:.4g}", number, fmt::join(targets, targets + count, " "));
  std::vector<std::string> names;
  for (std::int64_t k = 0; k < count; ++k) {
    if (targets[k] > 0.5F) names.push_back(dataset.class_names()[static_cast<std::size_t>(k)]);
  }
  return fmt::format("{} {}", number, fmt::join(names, "+"));
}

}  // namespace

void write_contact_sheet(const Dataset& dataset, const ContactSheetOptions& options) {
  const std::vector<std::int64_t>& shape = dataset.input_shape();
  if (shape.size() == 1) throw UsageError("{}: a contact sheet is for images, volumes and signals; this is a table.", dataset.file());
  const ValueRange stored_range{dataset.input_minimum(), dataset.input_maximum()};
  const Transforms transforms(options.transforms, shape, stored_range);
  const bool bytes = dataset.input_type() == at::kByte;
  const bool range_stays = transforms.output_range().low == stored_range.low && transforms.output_range().high == stored_range.high;
  const Grid stored = transforms.grid();
  const Grid made = grid_of(transforms.output_shape());

  const std::int64_t count = std::min(options.samples, dataset.size());
  const Size above = size_of(stored);
  const Size below = size_of(made);
  const int tile_width = std::max({above.width, below.width, 72}) + kGap;
  const int tile_height = Picture::kGlyphHeight + 4 + above.height + 3 + below.height + 2 * kGap;
  // As many columns as make the sheet about half as wide again as it is high.
  const double wanted = std::sqrt(1.5 * static_cast<double>(count) * tile_height / tile_width);
  const int columns = std::clamp(static_cast<int>(std::lround(wanted)), 1, static_cast<int>(count));
  const int rows = static_cast<int>((count + columns - 1) / columns);
  Picture picture(columns * tile_width + kGap, rows * tile_height + kGap, kPaper);

  std::vector<std::int64_t> batch_shape = shape;
  batch_shape.insert(batch_shape.begin(), 1);
  at::Tensor sample = at::empty(batch_shape, at::kFloat);
  std::vector<float> result(static_cast<std::size_t>(made.elements()));
  Workspace workspace;
  for (std::int64_t i = 0; i < count; ++i) {
    const std::int64_t number = i * dataset.size() / count;
    dataset.read({&number, 1}, sample);
    const float* values = sample.const_data_ptr<float>();
    transforms.apply(values, result.data(), {options.seed, 0, number}, /*training=*/true, workspace);
    const ValueRange own = extremes(result.data(), made.elements());
    ValueRange range = bytes ? stored_range : extremes(values, stored.elements());
    if (!bytes && range_stays) range = {std::min(range.low, own.low), std::max(range.high, own.high)};

    const int left = kGap + static_cast<int>(i % columns) * tile_width;
    const int top = kGap + static_cast<int>(i / columns) * tile_height;
    const auto letters = static_cast<std::size_t>((tile_width - 2) / Picture::kGlyphWidth);
    picture.text(left, top, label_of(dataset, number).substr(0, letters), kInk);
    const int first = top + Picture::kGlyphHeight + 4;
    draw(picture, left, first, {values, stored, range});
    draw(picture, left, first + above.height + 3, {result.data(), made, range_stays ? range : own});
  }
  write_png(options.file, picture, options.overwrite);
}

}  // namespace galen::data
