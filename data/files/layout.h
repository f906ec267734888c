#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace galen::data {

/// Which dimension of a stored array is which, and how a stored sample becomes one with channels first.
///
/// One letter a dimension: n sample, c channel, d depth, h height, w width, t time, f feature; see DatasetOptions::layout.
class Layout {
 public:
  /// `stored`: shape of the array, sample first; `where`: its name in errors. Letters that are no layout, or of another number of
  /// dimensions, throw galen::UsageError.
  Layout(const std::string& letters, const std::vector<std::int64_t>& stored, const std::string& where);

  /// Shape of a sample, channels first: [C, H, W], [C, D, H, W], [C, T] or [F].
  const std::vector<std::int64_t>& sample_shape() const { return sample_shape_; }

  const std::string& letters() const { return letters_; }

  /// A stored sample needs no rearrangement.
  bool as_stored() const { return as_stored_; }

  /// Copies one sample, converting its elements.
  template <typename Stored, typename Value>
  void arrange(const Stored* stored, Value* sample) const {
    for (std::int64_t i = 0; i < extents_[0]; ++i) {
      for (std::int64_t j = 0; j < extents_[1]; ++j) {
        for (std::int64_t k = 0; k < extents_[2]; ++k) {
          const Stored* row = stored + i * strides_[0] + j * strides_[1] + k * strides_[2];
          for (std::int64_t l = 0; l < extents_[3]; ++l) *sample++ = static_cast<Value>(row[l * strides_[3]]);
        }
      }
    }
  }

 private:
  std::string letters_;
  std::vector<std::int64_t> sample_shape_;
  bool as_stored_ = true;
  std::array<std::int64_t, 4> extents_ = {1, 1, 1, 1};  ///< of the sample, channels first
  std::array<std::int64_t, 4> strides_ = {0, 0, 0, 0};  ///< in the stored sample, of the same dimensions
};

/// Letters for an array of shape `stored`. `ours`: written by the schema, so channels first. Empty where several readings make sense: of
/// three dimensions, an image as long and narrow as a signal.
std::string guess_layout(const std::vector<std::int64_t>& stored, const std::string& array, bool ours);

/// "an image of 28 x 28, 3 channels".
std::string describe_sample(const Layout& layout);

}  // namespace galen::data
