#include "data/transforms/cropping.h"

#include "galen/error.h"

namespace galen::data {

namespace {

constexpr std::int64_t kLargest = 1 << 16;  // extent of a sample

View cut_all(const Grid& grid, const Arguments::Extents& begin, const Arguments::Extents& extent, const Fill& fill = {}) {
  View view{.axis = {}, .fill = fill};
  for (int a = 0; a < Grid::kAxes; ++a) view.axis[a] = cut(grid.extent[a], begin[a], extent[a]);
  return view;
}

// A whole number of [low, high].
std::int64_t draw_corner(RandomStream& random, std::int64_t low, std::int64_t high) {
  return low + static_cast<std::int64_t>(random.uniform() * static_cast<double>(high - low + 1));
}

SampleForm seen(SampleForm form, const View& view) {
  form.grid = view.result(form.grid);
  return form;
}

Transform choosing(const SampleForm& form, const View& view) {
  return {.result = seen(form, view), .view = [view](RandomStream) { return view; }};
}

}  // namespace

Transform make_crop(Arguments& arguments, const SampleForm& form) {
  const Arguments::Extents extent = arguments.extents(form.grid, 1, kLargest);
  Arguments::Extents begin = {};
  for (int a = 0; a < Grid::kAxes; ++a) {
    begin[a] = (form.grid.extent[a] - extent[a]) / 2;
    if (extent[a] > form.grid.extent[a]) {
      arguments.refuse(
          fmt::format("samples have {} {} here, which is less; pad or resize first", axis_name(form.grid, a), form.grid.extent[a]));
    }
  }
  return choosing(form, cut_all(form.grid, begin, extent));
}

Transform make_pad(Arguments& arguments, const SampleForm& form) {
  const Arguments::Extents more = arguments.extents(form.grid, 0, kLargest);
  Arguments::Extents begin = {};
  Arguments::Extents extent = form.grid.extent;
  for (int a = form.grid.first_axis(); a < Grid::kAxes; ++a) {
    begin[a] = -more[a];
    extent[a] += 2 * more[a];
  }
  const std::optional<Fill> fill = arguments.fill();
  Transform pad = choosing(form, cut_all(form.grid, begin, extent, fill.value_or(Fill())));
  pad.fills_by_default = !fill;
  return pad;
}

Transform make_flip(Arguments& arguments, const SampleForm& form) {
  std::vector<std::string> known = {"horizontal", "vertical", "depth"};
  known.resize(static_cast<std::size_t>(form.grid.dimensions));
  if (form.grid.dimensions == 1) known = {"time"};
  const std::string along = arguments.word("axis", known);
  const int axis = along == "depth" ? 0 : along == "vertical" ? 1 : 2;
  View view = View::all_of(form.grid);
  view.axis[axis] = flipped(form.grid.extent[axis]);
  return choosing(form, view);
}

Transform make_shift(Arguments& arguments, const SampleForm& form) {
  const Arguments::Extents most = arguments.extents(form.grid, 0, kLargest);
  const std::optional<Fill> fill = arguments.fill();
  const auto view = [grid = form.grid, most, fill = fill.value_or(Fill())](RandomStream random) {
    Arguments::Extents begin = {};
    for (int a = grid.first_axis(); a < Grid::kAxes; ++a) begin[a] = draw_corner(random, -most[a], most[a]);
    return cut_all(grid, begin, grid.extent, fill);
  };
  return {.result = form, .fills_by_default = !fill, .view = view};
}

Transform make_random_crop(Arguments& arguments, const SampleForm& form) {
  const Arguments::Extents extent = arguments.extents(form.grid, 1, kLargest);
  const std::int64_t padding = arguments.whole("padding", 0, kLargest, 0);
  Arguments::Extents last = {};
  Arguments::Extents centre = {};
  for (int a = form.grid.first_axis(); a < Grid::kAxes; ++a) {
    last[a] = form.grid.extent[a] + padding - extent[a];
    centre[a] = (form.grid.extent[a] - extent[a]) / 2;
    if (last[a] < -padding) {
      arguments.refuse(fmt::format("samples have {} {} here, {} with padding, which is less", axis_name(form.grid, a), form.grid.extent[a],
                                   form.grid.extent[a] + 2 * padding));
    }
  }
  const std::optional<Fill> told = arguments.fill();
  if (told && padding == 0) arguments.refuse("fill is what padding holds, and there is none");
  const Fill fill = told.value_or(Fill());
  const View still = cut_all(form.grid, centre, extent, fill);
  const auto view = [grid = form.grid, extent, padding, last, fill](RandomStream random) {
    Arguments::Extents begin = {};
    for (int a = grid.first_axis(); a < Grid::kAxes; ++a) begin[a] = draw_corner(random, -padding, last[a]);
    return cut_all(grid, begin, extent, fill);
  };
  return {.result = seen(form, still), .fills_by_default = padding > 0 && !told, .view = view, .still = still};
}

}  // namespace galen::data
