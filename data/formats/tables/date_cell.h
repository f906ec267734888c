#pragma once

#include <string>

namespace galen::data {

/// Whether the whole cell is a date, with a time or without: 2024-01-31, 2024-01-31T10:30, 31.1.2024, 01/31/2024, 31-Jan-2024,
/// 31. Januar 2024, Jan 31, 2024.
bool is_date(const std::string& cell);

/// Whether a cell, which is a number too, may be a date of the 20th or 21st century without separators: 20240131, 202401311030.
bool is_compact_date(const std::string& cell);

}  // namespace galen::data
