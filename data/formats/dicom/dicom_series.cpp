#include "data/formats/dicom/dicom_series.h"

#include "galen/error.h"

#include "data/formats/dicom/dicom_phases.h"
#include "data/formats/skip_bad.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <optional>
#include <utility>

namespace galen::data {
namespace {

using Vector = std::array<double, 3>;

double dot(const Vector& a, const Vector& b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }

Vector normal_of(const std::array<double, 6>& o) {  // row x column
  return {o[1] * o[5] - o[2] * o[4], o[2] * o[3] - o[0] * o[5], o[0] * o[4] - o[1] * o[3]};
}

class Series {
 public:
  Series(const std::vector<DicomHeader>& headers, std::vector<DicomSlice> slices) : headers_(headers), slices_(std::move(slices)) {}

  std::string name() const {
    const std::string& file = headers_[slices_.front().image].file;
    return slices_.size() == 1 ? file : fmt::format("{} and {} more slices of its series", file, slices_.size() - 1);
  }

  /// Puts the slices in order: the series' volumes, or number `volume` of them where that is not 0. Throws galen::Error where they make no
  /// volume; `note` says what was assumed.
  std::vector<DicomSample> stack(std::int64_t volume, std::string& note) {
    const DicomHeader& first = headers_[slices_.front().image];
    for (const DicomSlice& slice : slices_) {
      const DicomHeader& header = headers_[slice.image];
      if (header.rows != first.rows || header.columns != first.columns || header.is_colour() != first.is_colour()) {
        throw Error("{}: its slices are of several sizes, {} x {} and {} x {}; the series is no volume.", name(), first.rows, first.columns,
                    header.rows, header.columns);
      }
    }
    const bool placed = std::all_of(slices_.begin(), slices_.end(), [&](const DicomSlice& slice) {
      return frame(slice).position.has_value() && frame(slice).orientation.has_value();
    });
    std::vector<DicomSample> volumes = placed ? stack_by_position(volume, note) : stack_by_number(note);
    if (volume <= 0) return volumes;  // -1 is the same for DICOM
    if (volume > static_cast<std::int64_t>(volumes.size())) {
      throw Error("{}: has {} volume{}, but --volume {} is asked for.", name(), volumes.size(), volumes.size() == 1 ? "" : "s", volume);
    }
    return {volumes[static_cast<std::size_t>(volume - 1)]};
  }

 private:
  const DicomFrame& frame(const DicomSlice& slice) const { return headers_[slice.image].frames[slice.frame]; }

  std::vector<DicomSample> stack_by_number(std::string& note) {
    std::stable_sort(slices_.begin(), slices_.end(), [&](const DicomSlice& a, const DicomSlice& b) {
      return std::pair(headers_[a.image].instance, a.frame) < std::pair(headers_[b.image].instance, b.frame);
    });
    if (slices_.size() > 1) note = fmt::format("{}: without positions; its slices are in the order of their numbers.", name());
    return {{.slices = slices_, .gap = frame(slices_.front()).spacing[0]}};
  }

  std::vector<DicomSample> stack_by_position(std::int64_t volume, std::string& note) {
    static constexpr double kParallel = 1e-3;  // of the direction cosines
    const std::array<double, 6>& orientation = *frame(slices_.front()).orientation;
    const Vector normal = normal_of(orientation);
    std::vector<PlacedSlice> placed;
    for (const DicomSlice& slice : slices_) {
      const bool parallel = std::equal(orientation.begin(), orientation.end(), frame(slice).orientation->begin(),
                                       [](double a, double b) { return std::abs(a - b) < kParallel; });
      if (!parallel) throw Error("{}: its slices are not parallel, as those of a scout view; the series is no volume.", name());
      placed.push_back({dot(normal, *frame(slice).position), slice});
    }
    std::stable_sort(placed.begin(), placed.end(), [](const PlacedSlice& a, const PlacedSlice& b) { return a.position < b.position; });

    const DicomPhases phases = split_into_phases(headers_, placed, name());
    const std::size_t count = phases.volumes.size();
    if (count > 1) {
      const std::string taken =
          volume <= 0 ? "each is a sample, --volume N takes one of a series" : fmt::format("number {} is taken", volume);
      note = fmt::format("{}: {} volumes at the same positions, distinguished by {}; {}.", name(), count, phases.told_by, taken);
    }
    std::vector<DicomSample> samples;
    for (const std::vector<PlacedSlice>& slices : phases.volumes) {
      DicomSample& sample = samples.emplace_back();
      sample.gap = gap_between(slices);
      sample.phase = count > 1 ? static_cast<std::int64_t>(samples.size()) : 0;
      for (const PlacedSlice& slice : slices) sample.slices.push_back(slice.slice);
    }
    return samples;
  }

  /// The distance that all neighbours have, or nearly.
  double gap_between(const std::vector<PlacedSlice>& placed) const {
    static constexpr double kTolerance = 0.1;  // of the usual distance: more is a hole
    if (placed.size() == 1) return frame(placed.front().slice).spacing[0];
    std::vector<double> gaps;
    for (std::size_t i = 1; i < placed.size(); ++i) gaps.push_back(placed[i].position - placed[i - 1].position);
    std::vector<double> sorted = gaps;
    std::nth_element(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2), sorted.end());
    const double usual = sorted[sorted.size() / 2];
    for (std::size_t i = 0; i < gaps.size(); ++i) {
      if (std::abs(gaps[i] - usual) > kTolerance * usual) {
        throw Error("{}: slices are missing: {:.2f} mm lie between those at {:.1f} and {:.1f} mm, elsewhere {:.2f} mm.", name(), gaps[i],
                    placed[i].position, placed[i + 1].position, usual);
      }
    }
    return usual;
  }

  const std::vector<DicomHeader>& headers_;
  std::vector<DicomSlice> slices_;
};

// Files without a series' id that lie in one folder are taken for one.
std::string series_key(const DicomHeader& header) {
  const std::string place = header.series.empty() ? std::filesystem::path(header.file).parent_path().string() : header.series;
  return fmt::format("{}\n{}", header.patient, place);
}

}  // namespace

std::vector<DicomSample> dicom_images(const std::vector<DicomHeader>& headers) {
  std::vector<DicomSample> samples;
  for (std::size_t i = 0; i < headers.size(); ++i) {
    for (std::int64_t frame = 0; frame < static_cast<std::int64_t>(headers[i].frames.size()); ++frame) samples.push_back({{{i, frame}}});
  }
  return samples;
}

std::vector<DicomSample> dicom_volumes(const std::vector<DicomHeader>& headers, std::int64_t volume, std::vector<std::string>& warnings,
                                       std::vector<std::string>& skipped) {
  std::map<std::string, std::size_t> numbers;
  std::vector<std::vector<DicomSlice>> groups;
  for (std::size_t i = 0; i < headers.size(); ++i) {
    const auto [known, is_new] = numbers.emplace(series_key(headers[i]), groups.size());
    if (is_new) groups.emplace_back();
    for (std::int64_t frame = 0; frame < static_cast<std::int64_t>(headers[i].frames.size()); ++frame) {
      groups[known->second].push_back({i, frame});
    }
  }
  std::vector<DicomSample> volumes;
  skip_bad(groups, skipped, [&](std::vector<DicomSlice>& group) {
    std::string note;
    const std::vector<DicomSample> samples = Series(headers, std::move(group)).stack(volume, note);
    volumes.insert(volumes.end(), samples.begin(), samples.end());
    if (!note.empty()) warnings.push_back(note);
  });
  return volumes;
}

}  // namespace galen::data
