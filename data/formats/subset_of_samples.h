#pragma once

#include "data/formats/source.h"

#include <cstdint>
#include <span>

namespace galen::data {

/// Leaves only the samples `kept`, in that order, of a source with read_sample.
void keep_samples(Source& source, std::span<const std::int64_t> kept);

}  // namespace galen::data
