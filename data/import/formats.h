#pragma once

#include "data/formats/discovery.h"
#include "data/formats/options/import_options.h"
#include "data/formats/source.h"

#include <cstddef>
#include <span>

namespace galen::data {

struct Format {
  const char* name;
  const char* description;
  bool (*recognise)(const Discovery& found);  ///< by the content of a file or folder that exists
  Source (*open)(const ImportOptions& options, const Discovery& found);
  bool by_all = false;  ///< all ranks open the source together and read samples; else rank 0 does both
};

/// All of them, in the order in which a source is held against them.
std::span<const Format> formats();

/// The number in formats() of the one that the options name, or that the source is recognised to be. Throws galen::UsageError or
/// galen::Error, which say what is imported.
std::size_t find_format(const ImportOptions& options, const Discovery& found);

}  // namespace galen::data
