#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace galen::data::hdf5 {

/// LZF, h5py's fast compression (HDF5 filter 32000; format: M. Lehmann, liblzf): decoding only. Nothing is read or written outside the
/// spans, whatever the bytes.
///
/// Our own, because the plugin of Debian 12 (hdf5-plugin-lzf) does not load, as it lacks lzf_decompress, and its source, h5py's filter,
/// returns memory that was never written for the end of a chunk that is cut short.

/// How many bytes `packed` holds; nothing where it is damaged.
std::optional<std::size_t> lzf_size(std::span<const std::uint8_t> packed);

/// Decodes into `bytes`, which is as long as lzf_size() says.
void lzf_decode(std::span<const std::uint8_t> packed, std::span<std::uint8_t> bytes);

/// Makes the filter known to the HDF5 library, once; the caller holds its lock.
void register_lzf();

}  // namespace galen::data::hdf5
