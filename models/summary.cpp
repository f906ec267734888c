#include "models/factory.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

namespace galen::models {
namespace {

// 18,917,889
std::string grouped(std::int64_t number) {
  std::string digits = fmt::format("{}", number);
  for (auto place = static_cast<std::ptrdiff_t>(digits.size()) - 3; place > 0; place -= 3)
    digits.insert(static_cast<std::size_t>(place), 1, ',');
  return digits;
}

struct Line {
  std::string name, shape, parameters;
};

}  // namespace

std::string describe(const Model& model) {
  std::vector<Line> lines = {{"layer", "output shape", "parameters"}};
  for (const LayerRow& row : model.layers()) {
    lines.push_back({row.name, fmt::format("{}", fmt::join(row.output_shape, " × ")), grouped(row.parameters)});
  }
  std::int64_t total = 0;
  for (const NamedTensor& parameter : model.parameters()) total += parameter.tensor.numel();
  if (model.parameters().empty()) {  // coefficients that no gradient trains
    for (const LayerRow& row : model.layers()) total += row.parameters;
  }
  lines.push_back({"total", "", grouped(total)});

  const auto widest = [&lines](std::string Line::*column) {
    std::size_t width = 0;
    for (const Line& line : lines) width = std::max(width, fmt::formatted_size("{}", line.*column));
    return width;
  };
  const std::size_t name_width = widest(&Line::name), shape_width = widest(&Line::shape), parameters_width = widest(&Line::parameters);
  std::string table;
  for (const Line& line : lines) {
    table += fmt::format("{:<{}}  {:<{}}  {:>{}}\n", line.name, name_width, line.shape, shape_width, line.parameters, parameters_width);
  }
  return table;
}

}  // namespace galen::models
