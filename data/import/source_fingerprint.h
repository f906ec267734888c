#pragma once

#include "data/formats/options/import_options.h"
#include "data/formats/source.h"

#include <string>
#include <vector>

namespace galen::data {

/// 32 hex digits that change with what decoded samples depend on: the names, sizes and times of the files that they come from (of all of
/// `files` where the source does not tell), the samples that were listed, and options.record.
std::string fingerprint_of(const Source& source, const ImportOptions& options, const std::vector<std::string>& files);

/// Of sizes and times of a few of `files`, evenly spaced: whether two hosts see the same.
std::string fingerprint_of_some(const std::vector<std::string>& files);

}  // namespace galen::data
