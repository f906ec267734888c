#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace galen::trainer {

/// Area under the receiver operating characteristic of one score, by midranks: the probability that a positive sample scores above a
/// negative one, ties counting half (Hanley & McNeil, Radiology 143, 1982). Sorts once; const and thread-safe afterwards.
class Roc {
 public:
  /// One score and one truth (0 or 1) for each sample; `stride`: distance of two samples' scores in memory. `known`: whether a sample's
  /// truth is known, 0 or 1 each; others do not count, nor do their scores. Empty: all are.
  Roc(const float* scores, std::int64_t stride, std::span<const std::uint8_t> positive, std::span<const std::uint8_t> known = {});

  /// The area with sample i counted multiplicity[i] times; exact, as it is a ratio of two integers. NaN where there are no positives, no
  /// negatives, or a score is NaN.
  double area(std::span<const std::int64_t> multiplicity) const;

 private:
  struct Entry {
    std::int64_t sample;
    bool positive;
    bool ends_tie;  ///< the next entry's score is larger
  };
  std::vector<Entry> ascending_;
  bool undefined_ = false;
};

}  // namespace galen::trainer
