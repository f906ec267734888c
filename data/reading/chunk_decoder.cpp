#include "data/reading/chunk_decoder.h"

#include <libdeflate.h>

#include <algorithm>
#include <cstring>

namespace galen::data {

namespace {

constexpr std::size_t kChecksumBytes = 4;

template <std::size_t kBytes>
void interleave(const std::byte* planes, std::size_t count, std::byte* elements) {
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t b = 0; b < kBytes; ++b) elements[i * kBytes + b] = planes[b * count + i];
  }
}

bool checksum_holds(std::span<const std::byte> bytes) {
  if (bytes.size() < kChecksumBytes) return false;
  std::uint32_t stored = 0;
  std::memcpy(&stored, bytes.data() + bytes.size() - kChecksumBytes, kChecksumBytes);
  const std::uint32_t sums = fletcher32(bytes.first(bytes.size() - kChecksumBytes));
  // Libraries before 1.6.3 wrote the two bytes of each sum the other way round on little-endian machines.
  return stored == sums || stored == ((sums & 0x00ff00ff) << 8 | (sums >> 8 & 0x00ff00ff));
}

}  // namespace

ChunkDecoder::ChunkDecoder() : decompressor_(libdeflate_alloc_decompressor()) {}
ChunkDecoder::~ChunkDecoder() = default;

void ChunkDecoder::Free::operator()(libdeflate_decompressor* decompressor) const { libdeflate_free_decompressor(decompressor); }

std::string ChunkDecoder::decode(std::span<const std::byte> stored, std::span<const hdf5::Filter> filters, std::uint32_t skipped,
                                 std::size_t element_bytes, std::span<std::byte> decoded) {
  std::span<const std::byte> bytes = stored;
  const auto applied = [&](std::size_t i) { return (skipped >> i & 1) == 0; };
  std::size_t last = 0;  // filter to be undone, the first that was applied: it writes to `decoded`
  while (last < filters.size() && (!applied(last) || filters[last] == hdf5::Filter::kFletcher32)) ++last;

  std::size_t turn = 0;
  for (std::size_t i = filters.size(); i-- > 0;) {
    if (!applied(i)) continue;
    if (filters[i] == hdf5::Filter::kFletcher32) {
      if (!checksum_holds(bytes)) return "its checksum is wrong";
      bytes = bytes.first(bytes.size() - kChecksumBytes);
      continue;
    }
    // A checksum that was taken before (a rare order of filters) adds its bytes to what comes out.
    const auto checksums =
        static_cast<std::size_t>(std::count(filters.begin(), filters.begin() + static_cast<std::ptrdiff_t>(i), hdf5::Filter::kFletcher32));
    std::span<std::byte> into = decoded;
    if (i != last || checksums > 0) {
      std::vector<std::byte>& work = work_[turn++ % 2];
      work.resize(decoded.size() + kChecksumBytes * checksums);
      into = work;
    }
    if (filters[i] == hdf5::Filter::kDeflate) {
      std::size_t size = 0;
      if (libdeflate_zlib_decompress(decompressor_.get(), bytes.data(), bytes.size(), into.data(), into.size(), &size) !=
          LIBDEFLATE_SUCCESS) {
        return "its compressed bytes are damaged";
      }
      into = into.first(size);
    } else {
      if (bytes.size() > into.size()) return "it is longer than a chunk";
      into = into.first(bytes.size());
      unshuffle(bytes, element_bytes, into);
    }
    bytes = into;
  }
  if (bytes.size() != decoded.size()) return "its length is wrong";
  if (bytes.data() != decoded.data()) std::memcpy(decoded.data(), bytes.data(), decoded.size());
  return {};
}

std::uint32_t fletcher32(std::span<const std::byte> bytes) {
  std::uint64_t first = 0;
  std::uint64_t second = 0;
  const std::size_t words = bytes.size() / 2;
  for (std::size_t begin = 0; begin < words;) {
    const std::size_t end = std::min(words, begin + 360);  // before the sums leave 32 bits
    for (; begin < end; ++begin) {
      first += std::to_integer<std::uint32_t>(bytes[2 * begin]) << 8 | std::to_integer<std::uint32_t>(bytes[2 * begin + 1]);
      second += first;
    }
    first = (first & 0xffff) + (first >> 16);
    second = (second & 0xffff) + (second >> 16);
  }
  if (bytes.size() % 2 != 0) {
    first += std::to_integer<std::uint32_t>(bytes.back()) << 8;
    second += first;
  }
  for (int fold = 0; fold < 2; ++fold) {
    first = (first & 0xffff) + (first >> 16);
    second = (second & 0xffff) + (second >> 16);
  }
  return static_cast<std::uint32_t>(second << 16 | first);
}

void unshuffle(std::span<const std::byte> planes, std::size_t element_bytes, std::span<std::byte> elements) {
  const std::size_t count = planes.size() / element_bytes;
  switch (element_bytes) {
    case 2:
      interleave<2>(planes.data(), count, elements.data());
      break;
    case 4:
      interleave<4>(planes.data(), count, elements.data());
      break;
    case 8:
      interleave<8>(planes.data(), count, elements.data());
      break;
    default:
      for (std::size_t i = 0; i < count; ++i) {
        for (std::size_t b = 0; b < element_bytes; ++b) elements[i * element_bytes + b] = planes[b * count + i];
      }
  }
  std::copy(planes.begin() + static_cast<std::ptrdiff_t>(count * element_bytes), planes.end(),
            elements.begin() + static_cast<std::ptrdiff_t>(count * element_bytes));
}

}  // namespace galen::data
