#include "data/formats/dicom/dicom_phases.h"

#include "galen/error.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <string_view>
#include <utility>

namespace galen::data {
namespace {

using Group = std::vector<PlacedSlice>;  // at one position

constexpr std::string_view kOrders[] = {"TriggerTime", "AcquisitionNumber", "AcquisitionTime"};  // may differ from slice to slice

std::vector<Group> by_position(const std::vector<PlacedSlice>& placed) {
  static constexpr double kSamePlace = 1e-3;  // mm
  std::vector<Group> groups;
  for (const PlacedSlice& slice : placed) {
    if (groups.empty() || slice.position - groups.back().back().position >= kSamePlace) groups.emplace_back();
    groups.back().push_back(slice);
  }
  return groups;
}

class PhaseFinder {
 public:
  PhaseFinder(const std::vector<DicomHeader>& headers, std::vector<Group> groups) : headers_(headers), groups_(std::move(groups)) {}

  /// Puts the slices of each position in order of their phases. Returns what distinguishes them, or nothing.
  std::string sort() {
    std::string names;
    std::vector<std::size_t> keys;
    for (std::size_t key = 0; key < DicomFrame::kPhases; ++key) {
      if (!is_shared(key)) continue;
      keys.push_back(key);
      names += (names.empty() ? "" : ", ") + std::string(DicomFrame::kPhaseNames[key]);
      const auto tuple = [&](const DicomSlice& slice) {
        std::vector<double> values;
        for (const std::size_t used : keys) values.push_back(value(slice, used));
        return values;
      };
      if (sort_by(tuple)) return names;
    }
    for (std::size_t key = 0; key < DicomFrame::kPhases; ++key) {
      const std::string_view name = DicomFrame::kPhaseNames[key];
      const bool orders = std::find(std::begin(kOrders), std::end(kOrders), name) != std::end(kOrders);
      if (orders && is_known(key) && sort_by([&](const DicomSlice& slice) { return value(slice, key); })) {
        return fmt::format("the order of {}", name);
      }
    }
    if (frames_share_positions()) return "";  // whether they are slices, or one slice at several times, is not stated
    const auto number = [&](const DicomSlice& slice) { return std::pair(headers_[slice.image].instance, slice.frame); };
    return sort_by(number) ? "the order of InstanceNumber" : "";
  }

  const std::vector<Group>& groups() const { return groups_; }

 private:
  double value(const DicomSlice& slice, std::size_t key) const { return headers_[slice.image].frames[slice.frame].phase[key]; }

  bool frames_share_positions() const {
    return std::any_of(groups_.begin(), groups_.end(), [&](const Group& group) {
      return std::any_of(group.begin(), group.end(), [&](const PlacedSlice& placed) {
        return headers_[placed.slice.image].frames[placed.slice.frame].shares_position;
      });
    });
  }

  std::vector<double> values(const Group& group, std::size_t key) const {
    std::vector<double> values;
    for (const PlacedSlice& placed : group) values.push_back(value(placed.slice, key));
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
    return values;
  }

  bool is_known(std::size_t key) const {
    return std::all_of(groups_.begin(), groups_.end(), [&](const Group& group) {
      return std::none_of(group.begin(), group.end(), [&](const PlacedSlice& placed) { return std::isnan(value(placed.slice, key)); });
    });
  }

  /// Whether every position has the same values, several of them.
  bool is_shared(std::size_t key) const {
    if (!is_known(key)) return false;
    const std::vector<double> first = values(groups_.front(), key);
    return first.size() > 1 && std::all_of(groups_.begin(), groups_.end(), [&](const Group& group) { return values(group, key) == first; });
  }

  /// Returns whether no two slices at one position have the same key.
  template <typename KeyOf>
  bool sort_by(const KeyOf& key_of) {
    return std::all_of(groups_.begin(), groups_.end(), [&](Group& group) {
      const auto key = [&](const PlacedSlice& placed) { return key_of(placed.slice); };
      std::stable_sort(group.begin(), group.end(), [&](const PlacedSlice& a, const PlacedSlice& b) { return key(a) < key(b); });
      return std::adjacent_find(group.begin(), group.end(), [&](const PlacedSlice& a, const PlacedSlice& b) { return key(a) == key(b); }) ==
             group.end();
    });
  }

  const std::vector<DicomHeader>& headers_;
  std::vector<Group> groups_;
};

}  // namespace

DicomPhases split_into_phases(const std::vector<DicomHeader>& headers, const std::vector<PlacedSlice>& placed, const std::string& name) {
  const std::vector<Group> groups = by_position(placed);
  const std::size_t phases = groups.front().size();
  if (phases == 1 && groups.size() == placed.size()) return {.volumes = {placed}, .told_by = ""};
  const auto other = std::find_if(groups.begin(), groups.end(), [&](const Group& group) { return group.size() != phases; });
  if (other != groups.end()) {
    throw Error(
        "{}: {} slices lie at {:.1f} mm, but {} at {:.1f} mm, as where a scan was broken off or files appear twice; the series is no "
        "volume.",
        name, other->size(), other->front().position, phases, groups.front().front().position);
  }
  PhaseFinder finder(headers, groups);
  DicomPhases result{.volumes = std::vector<std::vector<PlacedSlice>>(phases), .told_by = finder.sort()};
  if (result.told_by.empty()) {
    throw Error(
        "{}: {} slices lie at each position, and nothing distinguishes them, as where files appear twice or frames have one position for "
        "all; the series is no volume.",
        name, phases);
  }
  for (const Group& group : finder.groups()) {
    for (std::size_t phase = 0; phase < phases; ++phase) result.volumes[phase].push_back(group[phase]);
  }
  return result;
}

}  // namespace galen::data
