#include "data/hdf5/lzf.h"

#include "data/hdf5/library.h"

#include <algorithm>

namespace galen::data::hdf5 {

namespace {

constexpr H5Z_filter_t kFilter = 32000;

// One instruction: `length` bytes that follow in the packed data (distance 0), or those that were written `distance` bytes ago.
struct Run {
  std::size_t length = 0;
  std::size_t distance = 0;
};

std::optional<Run> next_run(std::span<const std::uint8_t>& packed) {
  const auto take = [&] {
    const std::uint8_t byte = packed.front();
    packed = packed.subspan(1);
    return std::size_t{byte};
  };
  const std::size_t control = take();
  if (control < 32) {
    if (packed.size() < control + 1) return {};
    return Run{control + 1, 0};
  }
  Run run{control >> 5, (control & 31) << 8};
  if (packed.size() < (run.length == 7 ? 2 : 1)) return {};
  if (run.length == 7) run.length += take();
  run.length += 2;
  run.distance += take() + 1;
  return run;
}

// `values`: as h5py writes them, of the filter and of LZF the revisions, then the bytes of a chunk. The library reads that many whatever
// comes out here.
std::size_t decode_chunk(unsigned flags, std::size_t count, const unsigned* values, std::size_t packed_size, std::size_t* buffer_size,
                         void** buffer) {
  if ((flags & H5Z_FLAG_REVERSE) == 0) return 0;  // we write no LZF
  const std::span packed(static_cast<const std::uint8_t*>(*buffer), packed_size);
  const std::optional<std::size_t> size = lzf_size(packed);
  if (!size || *size == 0 || (count > 2 && *size < values[2])) return 0;
  auto* bytes = static_cast<std::uint8_t*>(H5allocate_memory(*size, false));
  if (bytes == nullptr) return 0;
  lzf_decode(packed, {bytes, *size});
  H5free_memory(*buffer);
  *buffer = bytes;
  *buffer_size = *size;
  return *size;
}

}  // namespace

std::optional<std::size_t> lzf_size(std::span<const std::uint8_t> packed) {
  std::size_t size = 0;
  while (!packed.empty()) {
    const std::optional<Run> run = next_run(packed);
    if (!run || run->distance > size) return {};
    if (run->distance == 0) packed = packed.subspan(run->length);
    size += run->length;
  }
  return size;
}

void lzf_decode(std::span<const std::uint8_t> packed, std::span<std::uint8_t> bytes) {
  std::uint8_t* next = bytes.data();
  while (!packed.empty()) {
    const Run run = *next_run(packed);
    if (run.distance == 0) {
      next = std::copy_n(packed.data(), run.length, next);
      packed = packed.subspan(run.length);
    } else {  // byte by byte: a run may repeat what it is writing
      for (std::size_t i = 0; i < run.length; ++i, ++next) *next = next[-static_cast<std::ptrdiff_t>(run.distance)];
    }
  }
}

void register_lzf() {
  static const H5Z_class2_t filter = {H5Z_CLASS_T_VERS, kFilter, 0, 1, "lzf", nullptr, nullptr, decode_chunk};
  [[maybe_unused]] static const herr_t registered = H5Zregister(&filter);
}

}  // namespace galen::data::hdf5
