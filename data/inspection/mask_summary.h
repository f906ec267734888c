#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace galen::data {

class Dataset;

/// What the masks of a data set mark: pixels, or voxels, of each class.
class MaskSummary {
 public:
  struct Class {
    std::int64_t value = 0;  ///< 0 … 255
    std::string name;        ///< its number where it has no other
    std::int64_t pixels = 0;
    double share = 0;          ///< of all pixels
    std::int64_t samples = 0;  ///< that have any of it
  };

  /// `names`: of the values 0, 1 …; empty: of none.
  explicit MaskSummary(std::vector<std::string> names = {}) : names_(std::move(names)) {}

  void add(std::span<const std::uint8_t> mask);  ///< of the next sample

  /// Those that occur, and those that have a name, by their value.
  std::vector<Class> classes() const;

  std::int64_t samples() const { return samples_; }
  std::int64_t without_foreground() const { return without_foreground_; }  ///< samples that are 0 throughout

 private:
  static constexpr std::size_t kValues = 256;
  std::vector<std::string> names_;
  std::vector<std::int64_t> pixels_ = std::vector<std::int64_t>(kValues);
  std::vector<std::int64_t> samples_with_ = std::vector<std::int64_t>(kValues);
  std::int64_t samples_ = 0;
  std::int64_t without_foreground_ = 0;
};

/// Of all masks of a data set whose target they are (TargetKind::kMask). Each is read once, one at a time.
MaskSummary summarize_masks(const Dataset& dataset);

/// Lines of text: the classes with their shares of pixels, and how many samples have nothing but 0.
std::string describe(const MaskSummary& masks);

}  // namespace galen::data
