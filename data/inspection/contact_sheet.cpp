#include "data/inspection/contact_sheet.h"

#include "data/files/dataset.h"
#include "data/inspection/picture.h"
#include "data/inspection/png_file.h"
#include "data/mask_converter.h"
#include "data/preparation/preparation.h"
#include "galen/error.h"

#include <ATen/ops/empty.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

namespace galen::data {

namespace {

constexpr int kSide = 128;  // of an image or slice at most
constexpr int kGap = 8;
constexpr int kSignalWidth = 384;
constexpr int kSignalHeight = 96;
constexpr Colour kPaper = {24, 26, 32};
constexpr Colour kInk = {225, 228, 235};
constexpr Colour kSignalPaper = {38, 41, 50};
constexpr std::array kInks = {Colour{110, 200, 255}, Colour{255, 180, 90}, Colour{140, 230, 140}, Colour{240, 130, 200}};

struct Shown {
  const float* values;
  Grid grid;
  ValueRange range;            // black and white
  const std::uint8_t* labels;  // of its mask; null: none
};

// Of the values that are neither NaN nor infinite.
ValueRange extremes(const float* values, std::int64_t size) {
  ValueRange range{std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()};
  for (std::int64_t i = 0; i < size; ++i) {
    if (!std::isfinite(values[i])) continue;
    range.low = std::min<double>(range.low, values[i]);
    range.high = std::max<double>(range.high, values[i]);
  }
  return range.low <= range.high ? range : ValueRange{0, 0};
}

// Small slices are enlarged by whole factors.
double zoom(const Grid& grid) {
  const auto longest = static_cast<double>(*std::max_element(grid.extent.begin(), grid.extent.end()));
  return longest <= kSide ? std::floor(kSide / longest) : kSide / longest;
}

int zoomed(const Grid& grid, int axis) { return std::max(1, static_cast<int>(static_cast<double>(grid.extent[axis]) * zoom(grid))); }

// NaN has no brightness, and is black; infinity is as black or white as can be.
std::uint8_t brightness(float value, ValueRange range) {
  if (std::isnan(value)) return 0;
  const double share = range.high > range.low ? (value - range.low) / (range.high - range.low) : 0;
  return static_cast<std::uint8_t>(std::lround(255 * std::clamp(share, 0.0, 1.0)));
}

// Labels are outlined, each in a colour of its own.
std::optional<Colour> outline(const Shown& shown, std::int64_t cell, std::int64_t left, std::int64_t above) {
  if (shown.labels == nullptr) return std::nullopt;
  const std::uint8_t label = shown.labels[cell];
  if (label == shown.labels[left] && label == shown.labels[above]) return std::nullopt;
  const std::uint8_t seen = std::max({label, shown.labels[left], shown.labels[above]});
  return kInks[seen % kInks.size()];
}

// The middle slice across `across`; what is right and down are the other two axes.
void draw_slice(Picture& picture, int left, int top, const Shown& shown, int across) {
  const Grid& grid = shown.grid;
  const int down = across == 0 ? 1 : 0;
  const int right = across == 2 ? 1 : 2;
  const int height = zoomed(grid, down);
  const int width = zoomed(grid, right);
  std::array<std::int64_t, Grid::kAxes> at = {grid.extent[0] / 2, grid.extent[1] / 2, grid.extent[2] / 2};
  const auto cell_at = [&](int x, int y) {
    at[right] = std::max(x, 0) * grid.extent[right] / width;
    at[down] = std::max(y, 0) * grid.extent[down] / height;
    return (at[0] * grid.extent[1] + at[1]) * grid.extent[2] + at[2];
  };
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const std::int64_t cell = cell_at(x, y);
      Colour colour{};
      for (int c = 0; c < 3; ++c) {
        const std::int64_t channel = grid.channels == 3 ? c : 0;
        colour[c] = brightness(shown.values[channel * grid.cells() + cell], shown.range);
      }
      picture.set(left + x, top + y, outline(shown, cell, cell_at(x - 1, y), cell_at(x, y - 1)).value_or(colour));
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
    const Colour ink = kInks[static_cast<std::size_t>(c) % kInks.size()];
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

/// The masks of a data set whose target they are, as stored and as a model sees them; null pointers for another.
class Masks {
 public:
  Masks(const Dataset& dataset, const TransformOptions& transforms, std::int64_t stored_cells, std::int64_t made_cells)
      : dataset_(dataset), stored_(static_cast<std::size_t>(stored_cells)), made_(static_cast<std::size_t>(made_cells)) {
    if (dataset.target_kind() != TargetKind::kMask) return;
    as_stored_.emplace(dataset.masks(), Transforms(TransformOptions(), dataset.input_shape()));
    as_made_.emplace(dataset.masks(), Transforms(transforms, dataset.input_shape()));
  }

  void read(const SampleKey& key) {
    if (!as_stored_) return;
    dataset_.visit_masks({&key.sample, 1}, scratch_, [&](std::size_t, const std::byte* mask) {
      as_stored_->convert(mask, key, /*training=*/true, room_, stored_.data());
      as_made_->convert(mask, key, /*training=*/true, room_, made_.data());
    });
  }
  const std::uint8_t* stored() const { return as_stored_ ? stored_.data() : nullptr; }
  const std::uint8_t* made() const { return as_made_ ? made_.data() : nullptr; }

 private:
  const Dataset& dataset_;
  std::optional<MaskConverter> as_stored_, as_made_;
  std::vector<std::uint8_t> stored_, made_;
  MaskConverter::Room room_;
  ReadScratch scratch_;
};

std::string label_of(const Dataset& dataset, std::int64_t sample) {
  const std::string number = fmt::format("#{}", sample);
  if (dataset.target_kind() == TargetKind::kClass) {
    const std::int64_t target = dataset.targets().const_data_ptr<std::int64_t>()[sample];
    return fmt::format("{} {}", number, dataset.class_names()[static_cast<std::size_t>(target)]);
  }
  if (!dataset.targets().defined()) return number;
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
  if (shape.size() == 1)
    throw UsageError("{}: a contact sheet is for images, volumes and signals; these are {}.", dataset.file(),
                     dataset.vocabulary() ? "texts" : "rows of a table");
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
  Masks masks(dataset, options.transforms, stored.cells(), made.cells());
  for (std::int64_t i = 0; i < count; ++i) {
    const std::int64_t number = i * dataset.size() / count;
    dataset.read({&number, 1}, sample);
    const float* values = sample.const_data_ptr<float>();
    const SampleKey key{options.seed, 0, number};
    transforms.apply(values, result.data(), key, /*training=*/true, workspace);
    masks.read(key);
    const ValueRange own = extremes(result.data(), made.elements());
    ValueRange range = bytes ? stored_range : extremes(values, stored.elements());
    if (!bytes && range_stays) range = {std::min(range.low, own.low), std::max(range.high, own.high)};

    const int left = kGap + static_cast<int>(i % columns) * tile_width;
    const int top = kGap + static_cast<int>(i / columns) * tile_height;
    const auto letters = static_cast<std::size_t>((tile_width - 2) / Picture::kGlyphWidth);
    picture.text(left, top, label_of(dataset, number).substr(0, letters), kInk);
    const int first = top + Picture::kGlyphHeight + 4;
    draw(picture, left, first, {values, stored, range, masks.stored()});
    draw(picture, left, first + above.height + 3, {result.data(), made, range_stays ? range : own, masks.made()});
  }
  write_png(options.file, picture, options.overwrite);
}

}  // namespace galen::data
