#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace galen::trainer {

/// The receiver operating characteristic of one score: its samples in the order of their scores. Sorts once; const afterwards.
class Roc {
 public:
  struct Entry {
    std::int32_t sample;
    bool positive;
    bool ends_tie;  ///< the next entry's score is larger
  };

  /// One score and one truth (0 or 1) for each sample; `stride`: distance of two samples' scores in memory. `known`: whether a sample's
  /// truth is known, 0 or 1 each; others are ignored, with their scores. Empty: all are known.
  Roc(const double* scores, std::int64_t stride, std::span<const std::uint8_t> positive, std::span<const std::uint8_t> known = {});

  /// The known samples, in ascending order of score.
  const std::vector<Entry>& ascending() const { return ascending_; }
  std::int64_t positives() const { return positives_; }
  std::int64_t negatives() const { return static_cast<std::int64_t>(ascending_.size()) - positives_; }

  /// Whether there are positives, negatives, and no score that is NaN.
  bool is_defined() const { return !has_nan_ && positives() > 0 && negatives() > 0; }
  bool has_nan() const { return has_nan_; }

  /// The area under it, by midranks: the probability that a positive sample scores above a negative one, ties counting half (Hanley &
  /// McNeil, Radiology 143, 1982). Exact, as it is a ratio of two integers. NaN if it is undefined.
  double area() const;

  /// Calls `visit(entry, placement)` for each known sample, in ascending order. Placement: the share of the other side's samples that are
  /// on the right side of this one, ties counting half (DeLong et al., Biometrics 44, 1988). The mean over either side is area().
  template <typename Visit>
  void placements(Visit visit) const {
    const auto m = static_cast<double>(positives());
    const auto n = static_cast<double>(negatives());
    double negatives_below = 0;
    double positives_below = 0;
    for (std::size_t first = 0, end = 0; first < ascending_.size(); first = end) {
      double tied_positives = 0;
      do tied_positives += ascending_[end].positive ? 1 : 0;
      while (!ascending_[end++].ends_tie);
      const double tied_negatives = static_cast<double>(end - first) - tied_positives;
      const double of_positive = (negatives_below + tied_negatives / 2) / n;
      const double of_negative = (m - positives_below - tied_positives / 2) / m;
      for (std::size_t i = first; i < end; ++i) visit(ascending_[i], ascending_[i].positive ? of_positive : of_negative);
      negatives_below += tied_negatives;
      positives_below += tied_positives;
    }
  }

 private:
  std::vector<Entry> ascending_;
  std::int64_t positives_ = 0;
  bool has_nan_ = false;
};

}  // namespace galen::trainer
