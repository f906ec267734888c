#pragma once

#include "data/sampling/split.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace galen::data {

/// Finds samples that are the same, byte for byte, as one on another side of the split or of another class.
class Duplicates {
 public:
  /// The next samples, in order: [n, …], contiguous.
  void add(const at::Tensor& samples);

  /// Sentences for the report, which name samples by their numbers, as names of files may be those of patients. `targets`: [N] classes,
  /// else not looked at.
  std::vector<std::string> notes(const std::vector<Subset>& split, const at::Tensor& targets) const;

 private:
  std::unordered_map<std::string, std::vector<std::int64_t>> samples_of_;  // of each digest
  std::int64_t count_ = 0;
};

}  // namespace galen::data
