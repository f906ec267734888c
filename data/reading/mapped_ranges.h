#pragma once

#include <cstddef>

namespace galen::data {

/// Where files are mapped, for handlers of signals: a page of a file that was cut short cannot be read.

/// Notes that `path`, which outlives the mapping, lies at [begin, end). Where there are thousands already, nothing is noted.
void add_mapping(const std::byte* begin, const std::byte* end, const char* path) noexcept;
void remove_mapping(const std::byte* begin) noexcept;

/// The file that is mapped at an address; null: none. Calls nothing but what handlers may.
const char* file_mapped_at(const void* address) noexcept;

}  // namespace galen::data
