#include "data/files/class_mapping.h"

#include "data/files/class_names.h"
#include "data/text/spelling.h"

#include <ATen/ops/empty_like.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/index_select.h>
#include <c10/util/Exception.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

namespace galen::data {

namespace {

bool is_number(const std::string& name) {
  double value = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), value);
  return error == std::errc() && end == name.data() + name.size() && std::isfinite(value);
}

bool all_numbers(const std::vector<std::string>& names) { return std::all_of(names.begin(), names.end(), is_number); }

// The only one of `names` for which `fits` holds.
template <typename Fits>
std::int64_t only_one(const std::vector<std::string>& names, Fits fits) {
  const auto first = std::find_if(names.begin(), names.end(), fits);
  if (first == names.end() || std::find_if(first + 1, names.end(), fits) != names.end()) return ClassMapping::kUnknown;
  return first - names.begin();
}

}  // namespace

bool ClassMapping::is_identity() const {
  for (std::size_t i = 0; i < number.size(); ++i) {
    if (number[i] != static_cast<std::int64_t>(i)) return false;
  }
  return from.size() == to.size();
}

std::vector<std::string> ClassMapping::missing() const {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < to.size(); ++i) {
    if (std::find(number.begin(), number.end(), static_cast<std::int64_t>(i)) == number.end()) names.push_back(to[i]);
  }
  return names;
}

ClassMapping map_classes(std::vector<std::string> from, std::vector<std::string> to) {
  ClassMapping mapping{.from = std::move(from), .to = std::move(to)};
  mapping.by_number = (are_numbered(mapping.from) && !all_numbers(mapping.to)) || (are_numbered(mapping.to) && !all_numbers(mapping.from));
  for (std::size_t i = 0; i < mapping.from.size(); ++i) {
    if (mapping.by_number) {
      mapping.number.push_back(i < mapping.to.size() ? static_cast<std::int64_t>(i) : ClassMapping::kUnknown);
      continue;
    }
    const std::string& name = mapping.from[i];
    std::int64_t place = only_one(mapping.to, [&](const std::string& other) { return other == name; });
    if (place == ClassMapping::kUnknown) {
      place = only_one(mapping.to, [folded = spelling_key(name)](const std::string& other) { return spelling_key(other) == folded; });
      if (place != ClassMapping::kUnknown) {
        mapping.differently.push_back(fmt::format("'{}' as '{}'", name, mapping.to[static_cast<std::size_t>(place)]));
      }
    }
    mapping.number.push_back(place);
  }
  return mapping;
}

at::Tensor renumber_classes(const at::Tensor& classes, const ClassMapping& mapping) {
  const at::Tensor old = classes.contiguous();
  at::Tensor renumbered = at::empty_like(old);
  const auto* number = old.const_data_ptr<std::int64_t>();
  auto* place = renumbered.mutable_data_ptr<std::int64_t>();
  for (std::int64_t i = 0; i < old.numel(); ++i) {
    place[i] = mapping.number.at(static_cast<std::size_t>(number[i]));
    TORCH_CHECK(place[i] != ClassMapping::kUnknown, "sample ", i, " is of a class that has no number");
  }
  return renumbered;
}

at::Tensor reorder_columns(const at::Tensor& columns, const ClassMapping& mapping) {
  std::vector<std::int64_t> sources(mapping.to.size(), ClassMapping::kUnknown);
  for (std::size_t i = 0; i < mapping.number.size(); ++i) {
    if (mapping.number[i] != ClassMapping::kUnknown) sources.at(static_cast<std::size_t>(mapping.number[i])) = static_cast<std::int64_t>(i);
  }
  for (const std::int64_t source : sources) TORCH_CHECK(source != ClassMapping::kUnknown, "a column is missing");
  return columns.index_select(1, at::from_blob(sources.data(), {static_cast<std::int64_t>(sources.size())}, at::kLong)).contiguous();
}

}  // namespace galen::data
