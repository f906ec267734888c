#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace galen::data {

/// Memory for transforms under way, of one thread. It grows to what is needed and stays so: nothing is allocated after the first samples.
class Workspace {
 public:
  enum Use { kBetween, kAcross, kFirstPass, kSecondPass, kCoordinates, kControlPoints, kLine, kUses };

  float* values(Use use, std::int64_t size) { return grown(values_[use], size); }
  std::uint8_t* labels(Use use, std::int64_t size) { return grown(labels_[use], size); }

  template <typename Value>
  Value* buffer(Use use, std::int64_t size);  ///< values() or labels()

 private:
  template <typename Value>
  static Value* grown(std::vector<Value>& buffer, std::int64_t size) {
    if (buffer.size() < static_cast<std::size_t>(size)) buffer.resize(static_cast<std::size_t>(size));
    return buffer.data();
  }

  std::array<std::vector<float>, kUses> values_;
  std::array<std::vector<std::uint8_t>, kUses> labels_;
};

template <>
inline float* Workspace::buffer<float>(Use use, std::int64_t size) {
  return values(use, size);
}
template <>
inline std::uint8_t* Workspace::buffer<std::uint8_t>(Use use, std::int64_t size) {
  return labels(use, size);
}

}  // namespace galen::data
