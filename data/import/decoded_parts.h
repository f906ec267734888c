#pragma once

#include "data/formats/source.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace galen::data {

/// The samples of a source in blocks, decoded: a file each in the folder TARGET.parts, whole or not there. Any process can make any part.
class DecodedParts {
 public:
  /// Parts that were made under another fingerprint do not count.
  DecodedParts(const Source& source, const std::string& target, std::string fingerprint);

  std::int64_t samples() const { return description_.size; }
  std::int64_t samples_there() const;  ///< in parts that have been made
  std::int64_t count() const;
  std::int64_t samples_in(std::int64_t part) const;  ///< of the source, good or bad

  bool has(std::int64_t part) const;
  void make(std::int64_t part, const std::function<void()>& after_each_sample) const;

  /// What became of a part's samples.
  struct Index {
    std::vector<std::int64_t> good;  ///< their numbers in the source
    std::vector<std::string> bad;    ///< a sentence each
    std::vector<std::string> notes;  ///< SourceSample::notes of the good ones
  };
  Index index(std::int64_t part) const;

  /// The good ones, [n, …]. A part that has been damaged on the disk is removed, and galen::Error says to run the import again.
  void read(std::int64_t part, at::Tensor& inputs, at::Tensor& masks) const;

  void remove() const;  ///< all of them, with the folder

 private:
  struct Header;
  std::string path(std::int64_t part) const;
  Header read_header(std::istream& file, const std::string& name) const;
  at::Tensor empty_inputs(std::int64_t samples) const;
  at::Tensor empty_masks(std::int64_t samples) const;  ///< undefined if there are no masks

  DatasetDescription description_;
  std::function<void(std::int64_t, SourceSample&)> read_sample_;
  std::string folder_;
  std::string fingerprint_;
  std::int64_t block_;
};

}  // namespace galen::data
