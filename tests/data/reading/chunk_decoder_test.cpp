#include "data/reading/chunk_decoder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <zlib.h>

#include <cstring>
#include <numeric>
#include <vector>

namespace galen::data {
namespace {

using hdf5::Filter;
using Bytes = std::vector<std::byte>;

Bytes sample_bytes(std::size_t size) {
  Bytes bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::byte>(i * i / 7 % 31);
  return bytes;
}

Bytes deflated(const Bytes& bytes) {
  uLongf size = compressBound(bytes.size());
  Bytes result(size);
  compress(reinterpret_cast<Bytef*>(result.data()), &size, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size());
  result.resize(size);
  return result;
}

Bytes shuffled(const Bytes& bytes, std::size_t element) {
  Bytes planes;
  const std::size_t count = bytes.size() / element;
  for (std::size_t b = 0; b < element; ++b) {
    for (std::size_t i = 0; i < count; ++i) planes.push_back(bytes[i * element + b]);
  }
  planes.insert(planes.end(), bytes.begin() + static_cast<std::ptrdiff_t>(count * element), bytes.end());
  return planes;
}

Bytes with_checksum(Bytes bytes) {
  const std::uint32_t sum = fletcher32(bytes);
  for (int i = 0; i < 4; ++i) bytes.push_back(static_cast<std::byte>(sum >> 8 * i));
  return bytes;
}

// The classical example: "abcde" as 16-bit words, here big-endian as HDF5 has them.
TEST(Fletcher32, IsThatOfTheDefinition) {
  const auto sums = [](std::initializer_list<unsigned> words) {
    std::uint64_t first = 0, second = 0;
    for (const unsigned word : words) {
      first = (first + word) % 65535;
      second = (second + first) % 65535;
    }
    return static_cast<std::uint32_t>(second << 16 | first);
  };
  const Bytes text = {std::byte('a'), std::byte('b'), std::byte('c'), std::byte('d'), std::byte('e')};
  EXPECT_EQ(fletcher32(text), sums({'a' << 8 | 'b', 'c' << 8 | 'd', 'e' << 8}));
}

TEST(Unshuffle, IsTheInverseOfShuffleForElementsOfEverySize) {
  for (const std::size_t element : {1, 2, 3, 4, 8, 12}) {
    for (const std::size_t size : {0, 7, 96, 1003}) {
      const Bytes bytes = sample_bytes(size);
      Bytes back(size);
      unshuffle(shuffled(bytes, element), element, back);
      EXPECT_EQ(back, bytes) << element << " bytes, " << size;
    }
  }
}

TEST(ChunkDecoder, UndoesFiltersInEveryOrder) {
  const Bytes bytes = sample_bytes(4000);
  const std::vector<Filter> filters = {Filter::kShuffle, Filter::kDeflate, Filter::kFletcher32};
  std::vector<std::size_t> order(3);
  std::iota(order.begin(), order.end(), 0);
  ChunkDecoder decoder;
  do {
    std::vector<Filter> applied;
    Bytes stored = bytes;
    for (const std::size_t f : order) {
      applied.push_back(filters[f]);
      stored = filters[f] == Filter::kShuffle   ? shuffled(stored, 4)
               : filters[f] == Filter::kDeflate ? deflated(stored)
                                                : with_checksum(stored);
    }
    Bytes decoded(bytes.size());
    EXPECT_EQ(decoder.decode(stored, applied, 0, 4, decoded), "");
    EXPECT_EQ(decoded, bytes);
  } while (std::next_permutation(order.begin(), order.end()));
}

TEST(ChunkDecoder, LeavesOutFiltersThatWereSkipped) {
  const Bytes bytes = sample_bytes(4000);
  const std::vector<Filter> filters = {Filter::kShuffle, Filter::kDeflate};
  ChunkDecoder decoder;
  Bytes decoded(bytes.size());
  EXPECT_EQ(decoder.decode(deflated(bytes), filters, 0b01, 4, decoded), "");
  EXPECT_EQ(decoded, bytes);
  EXPECT_EQ(decoder.decode(shuffled(bytes, 4), filters, 0b10, 4, decoded), "");
  EXPECT_EQ(decoded, bytes);
  EXPECT_EQ(decoder.decode(bytes, filters, 0b11, 4, decoded), "");
  EXPECT_EQ(decoded, bytes);
}

TEST(ChunkDecoder, SaysWhatIsWrongWithAChunk) {
  const Bytes bytes = sample_bytes(4000);
  ChunkDecoder decoder;
  Bytes decoded(bytes.size());
  const auto decode = [&](Bytes stored, std::vector<Filter> filters) { return decoder.decode(stored, filters, 0, 4, decoded); };

  Bytes flipped = with_checksum(bytes);
  flipped[100] ^= std::byte{1};
  EXPECT_THAT(decode(flipped, {Filter::kFletcher32}), testing::HasSubstr("checksum"));
  Bytes cut = deflated(bytes);
  cut.resize(cut.size() / 2);
  EXPECT_THAT(decode(cut, {Filter::kDeflate}), testing::HasSubstr("damaged"));
  EXPECT_THAT(decode(deflated(sample_bytes(4001)), {Filter::kDeflate}), testing::HasSubstr("damaged"));
  EXPECT_THAT(decode(deflated(sample_bytes(3999)), {Filter::kDeflate}), testing::HasSubstr("length"));
  EXPECT_THAT(decode({std::byte{1}, std::byte{2}}, {Filter::kFletcher32}), testing::HasSubstr("checksum"));
  EXPECT_THAT(decode(sample_bytes(4004), {Filter::kShuffle}), testing::HasSubstr("longer"));
}

}  // namespace
}  // namespace galen::data
