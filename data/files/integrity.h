#pragma once

#include "data/hdf5/hdf5.h"
#include "galen/range.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

struct XXH3_state_s;

namespace galen::data {

/// The array that holds the digests of `array`.
std::string digests_of(const std::string& array);

/// Digests of an array's samples, block by block: block b is the samples [b·K, (b + 1)·K), its digest XXH3-64 over their elements as they
/// are in memory (native byte order of the stored type, in the order of the file; texts padded with zeros to their stored length). They
/// lie in the same file, under /digests and the array's own name, as [blocks] i64 with the attribute samples_a_block = K.
class BlockDigests {
 public:
  /// Those of `array`; empty() where its writer left none. Damaged ones throw galen::Error.
  static BlockDigests load(const hdf5::File& file, const hdf5::Array& array);

  bool empty() const { return digests_.empty(); }
  std::int64_t blocks() const { return static_cast<std::int64_t>(digests_.size()); }
  std::int64_t block_of(std::int64_t sample) const { return sample / samples_a_block_; }
  Range samples(std::int64_t block) const;

  /// Whether `bytes`, all samples of the block, are those that were written. Safe for threads.
  bool matches(std::int64_t block, std::span<const std::byte> bytes) const;
  /// Throws galen::Error naming file, dataset and samples where they are not.
  void check(std::int64_t block, std::span<const std::byte> bytes) const;

 private:
  std::string where_;
  std::int64_t rows_ = 0;
  std::int64_t samples_a_block_ = 1;
  std::vector<std::int64_t> digests_;
};

/// Makes the digests of an array that is written from front to back.
class BlockDigester {
 public:
  /// Blocks are of about 1 MiB, whole samples, and whole chunks where those hold several samples (`chunk_samples`, else 1).
  BlockDigester(std::int64_t sample_bytes, std::int64_t chunk_samples = 1);
  ~BlockDigester();

  void add(std::span<const std::byte> samples);  ///< the next ones

  /// After the last sample: writes what BlockDigests::load() reads for the array `name`.
  void write(hdf5::File& file, const std::string& name);

 private:
  void end_block();

  std::size_t sample_bytes_;
  std::int64_t samples_a_block_;
  std::size_t room_;  ///< bytes that the block in the making lacks
  std::unique_ptr<XXH3_state_s, void (*)(XXH3_state_s*)> state_;
  std::vector<std::int64_t> digests_;
};

/// Writes the digests of an array that has been written, as it reads now.
void write_digests(hdf5::File& file, const hdf5::Array& array);

/// What a reading of all samples found.
struct Verification {
  std::int64_t blocks = 0;           ///< that were compared with their digests
  std::vector<std::string> arrays;   ///< that have digests
  std::vector<std::string> without;  ///< that have none, though they go with the samples: of files that an older Galen wrote
  std::vector<std::string> damaged;  ///< "dataset NAME: samples 12 to 17": neighbouring blocks together
};

/// Reads every array of the file that has digests, and compares.
Verification verify(const std::string& file, hdf5::External external = hdf5::External::kRefuse);

/// The same of one array; damage throws galen::Error. Nothing where it is missing or has no digests.
void check_array(const hdf5::File& file, const std::string& name);

}  // namespace galen::data
