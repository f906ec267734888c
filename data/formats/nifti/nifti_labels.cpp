#include "data/formats/nifti/nifti_labels.h"

#include "galen/error.h"

#include "data/formats/nifti/nifti_names.h"
#include "data/formats/shared_work.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <span>

namespace galen::data {
namespace {

constexpr std::size_t kMostMapLabels = 256;
constexpr float kLargestMask = 255;

bool is_label(float number) { return number >= 0 && std::isfinite(number) && number == std::floor(number); }

std::span<const float> values_of(const at::Tensor& numbers) {
  return {numbers.const_data_ptr<float>(), static_cast<std::size_t>(numbers.numel())};
}

/// All of them; of more than any mask holds, the first ones and the largest.
std::vector<float> labels_in(const NiftiVolume& map) {
  std::set<float> labels;
  float largest = 0;
  float before = 0;
  NumberFaults faults;
  const at::Tensor numbers = map.read(0, map.volumes(), faults);
  for (const float number : values_of(numbers)) {
    if (number == before || !is_label(number)) continue;
    before = number;
    largest = std::max(largest, number);
    if (labels.size() <= kMostMapLabels) labels.insert(number);
  }
  labels.insert(largest);
  return {labels.begin(), labels.end()};
}

}  // namespace

NiftiLabels::NiftiLabels(std::vector<std::string> structures) : structures_(std::move(structures)) {
  if (structures_.size() >= kMostMapLabels)
    throw Error("the cases have label maps of {} structures; a mask holds 255 at most.", structures_.size());
}

void NiftiLabels::learn(const std::vector<const NiftiVolume*>& maps, const ImportWorkers& workers) {
  if (!structures_.empty()) return;
  std::vector<const NiftiVolume*> wide, narrow;
  for (const NiftiVolume* map : maps) {
    const bool is_narrow = map->range().is_whole && map->range().lowest >= 0 && map->range().highest <= kLargestMask;
    (is_narrow ? narrow : wide).push_back(map);
  }
  learn_of(wide, workers);
  is_renumbered_ = labels_.back() > kLargestMask;
  if (is_renumbered_) learn_of(narrow, workers);
}

void NiftiLabels::learn_of(const std::vector<const NiftiVolume*>& maps, const ImportWorkers& workers) {
  const auto found = read_once<std::vector<float>>(maps.size(), workers, [&](std::size_t i) { return labels_in(*maps[i]); });
  std::set<float> labels(labels_.begin(), labels_.end());
  for (std::size_t i = 0; i < maps.size(); ++i) {
    if (!found[i].is_good()) continue;  // reported when its sample is read
    labels.insert(found[i].get().begin(), found[i].get().end());
    if (labels.size() > kMostMapLabels) {
      throw Error("{}: with it the label maps have more than {} labels, up to {}; a mask holds no more.", maps[i]->file(), kMostMapLabels,
                  *labels.rbegin());
    }
  }
  labels_.assign(labels.begin(), labels.end());
}

at::Tensor NiftiLabels::read(const std::vector<NiftiVolume>& maps, std::int64_t volume, std::vector<std::string>& notes) const {
  return structures_.empty() ? read_numbers(maps.front(), volume) : read_structures(maps, volume, notes);
}

at::Tensor NiftiLabels::read_numbers(const NiftiVolume& map, std::int64_t volume) const {
  NumberFaults faults;
  const at::Tensor numbers = map.read(volume, 1, faults).squeeze(0);
  at::Tensor mask = at::empty(numbers.sizes(), at::kByte);
  auto* out = mask.mutable_data_ptr<std::uint8_t>();
  for (const float number : values_of(numbers)) {
    const auto known = std::lower_bound(labels_.begin(), labels_.end(), number);
    const bool is_known = is_renumbered_ ? known != labels_.end() && *known == number : is_label(number) && number <= kLargestMask;
    if (!is_known || !is_label(number)) throw Error("{}: holds {}; a label map holds whole numbers from 0 on.", map.file(), number);
    *out++ = static_cast<std::uint8_t>(is_renumbered_ ? static_cast<float>(known - labels_.begin()) : number);
  }
  if (faults.rounded > 0) throw Error("{}: holds labels beyond 16777216; give them smaller numbers.", map.file());
  return mask;
}

at::Tensor NiftiLabels::read_structures(const std::vector<NiftiVolume>& maps, std::int64_t volume, std::vector<std::string>& notes) const {
  const std::vector<std::int64_t> size = maps.front().size();
  at::Tensor mask = at::zeros(size, at::kByte);
  std::int64_t doubly = 0;
  for (const NiftiVolume& map : maps) {
    const auto name = std::lower_bound(structures_.begin(), structures_.end(), nifti_stem(map.file()));
    const auto number = static_cast<std::uint8_t>(name - structures_.begin() + 1);
    NumberFaults faults;
    const at::Tensor numbers = map.read(volume, 1, faults);
    auto* out = mask.mutable_data_ptr<std::uint8_t>();
    float inside = 0;
    for (const float value : values_of(numbers)) {
      if (value != 0) {
        if (inside == 0) inside = value;
        if (value != inside || !is_label(value))
          throw Error("{}: holds {} and {}, but a map of one structure holds one number beside 0.", map.file(), inside, value);
        doubly += *out != 0;
        *out = number;
      }
      ++out;
    }
  }
  if (doubly > 0)
    notes.push_back(fmt::format("{}: {} voxel{} of several structures; the last by name counts.", maps.front().file(), doubly,
                                doubly == 1 ? " is" : "s are"));
  return mask;
}

std::vector<std::string> NiftiLabels::names() const {
  std::vector<std::string> names;
  if (!structures_.empty()) {
    names = {"background"};
    names.insert(names.end(), structures_.begin(), structures_.end());
  } else if (is_renumbered_) {
    for (const float label : labels_) names.push_back(fmt::format("{}", label));
  }
  return names;
}

std::string NiftiLabels::note() const {
  if (!structures_.empty())
    return fmt::format("Label maps of {} structures become one mask; numbers from 1 on: {}.", structures_.size(),
                       fmt::join(structures_, ", "));
  if (!is_renumbered_) return "";
  std::vector<std::string> pairs;
  for (std::size_t i = 0; i < labels_.size(); ++i) pairs.push_back(fmt::format("{} is {}", labels_[i], i));
  return fmt::format("Labels go up to {}, masks to 255: they get new numbers ({}), and the masks' class names are the labels.",
                     labels_.back(), fmt::join(pairs, ", "));
}

}  // namespace galen::data
