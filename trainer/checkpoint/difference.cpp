#include "trainer/checkpoint/difference.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>

namespace galen::trainer {

namespace {

using nlohmann::ordered_json;

void compare(const at::Tensor& a, const at::Tensor& b, TensorDifference& difference) {
  const at::Tensor first = a.to(at::kDouble);
  const at::Tensor second = b.to(at::kDouble);
  const auto size = static_cast<std::size_t>(a.element_size());
  const auto* first_bytes = static_cast<const std::byte*>(a.const_data_ptr());
  const auto* second_bytes = static_cast<const std::byte*>(b.const_data_ptr());
  const auto* x = first.const_data_ptr<double>();
  const auto* y = second.const_data_ptr<double>();
  double scale = 0;
  for (std::int64_t i = 0; i < a.numel(); ++i) {
    scale = std::max(scale, std::abs(x[i]));
    const std::size_t place = static_cast<std::size_t>(i) * size;
    if (std::memcmp(first_bytes + place, second_bytes + place, size) == 0) continue;
    difference.elements += 1;
    const double distance = std::abs(x[i] - y[i]);
    difference.largest = std::max(difference.largest, std::isnan(distance) ? std::numeric_limits<double>::infinity() : distance);
  }
  difference.relative = difference.largest == 0 ? 0 : difference.largest / scale;
}

TensorDifference compare(const std::string& name, const at::Tensor& a, const at::Tensor& b) {
  TensorDifference difference{.name = name, .reason = {}, .of = a.numel()};
  if (a.scalar_type() != b.scalar_type()) {
    difference.reason = fmt::format("is {} in one, {} in the other", c10::toString(a.scalar_type()), c10::toString(b.scalar_type()));
  } else if (a.sizes() != b.sizes()) {
    difference.reason = fmt::format("has the shape [{}] in one, [{}] in the other", fmt::join(a.sizes(), ","), fmt::join(b.sizes(), ","));
  } else {
    compare(a, b, difference);
  }
  return difference;
}

std::map<std::string, at::Tensor> by_name(const Checkpoint& checkpoint) {
  const Snapshot snapshot = checkpoint.empty_snapshot();
  checkpoint.load(snapshot);
  std::map<std::string, at::Tensor> tensors;
  for (const Section& section : snapshot.sections) {
    for (const auto& [name, tensor] : section.tensors) tensors[section.name == kWeights ? name : section.name + " " + name] = tensor;
  }
  return tensors;
}

ordered_json comparable(const Manifest& manifest) {
  ordered_json json = ordered_json::parse(to_text(manifest));
  json.erase("digests");
  return json.flatten();
}

}  // namespace

Difference difference(const Checkpoint& first, const Checkpoint& second) {
  Difference found;
  const auto ours = by_name(first);
  const auto theirs = by_name(second);
  for (const auto& [name, tensor] : ours) {
    const auto other = theirs.find(name);
    if (other == theirs.end()) {
      found.tensors.push_back({.name = name, .reason = "is only in the first checkpoint"});
      continue;
    }
    found.tensors_compared += 1;
    TensorDifference difference = compare(name, tensor, other->second);
    if (difference.elements > 0 || !difference.reason.empty()) found.tensors.push_back(std::move(difference));
  }
  for (const auto& [name, tensor] : theirs) {
    if (!ours.contains(name)) found.tensors.push_back({.name = name, .reason = "is only in the second checkpoint"});
  }

  const ordered_json a = comparable(first.manifest());
  const ordered_json b = comparable(second.manifest());
  std::vector<std::string> keys;
  for (const auto& [key, value] : a.items()) keys.push_back(key);
  for (const auto& [key, value] : b.items()) {
    if (!a.contains(key)) keys.push_back(key);
  }
  for (const std::string& key : keys) {
    const std::string in_first = a.contains(key) ? a.at(key).dump() : "";
    const std::string in_second = b.contains(key) ? b.at(key).dump() : "";
    if (in_first != in_second) found.manifest.push_back({key.substr(1), in_first, in_second});
  }
  return found;
}

}  // namespace galen::trainer
