#pragma once

#include "data/preparation/scaling.h"
#include "data/transforms/view.h"

#include <cstdint>
#include <vector>

namespace galen::data {

/// The one pass from a stored sample to a model's input where transforms only choose values: gather, convert, scale, flip, crop and pad.
///
/// `sample`: contiguous, of shape `grid`. Each value of the result is (static_cast<float>(x) - mean) / deviation of its channel, in f32,
/// no more and no less, the padding's too; its shape is view.result(grid), and view.has_one_padding(). u8, u16, i16, i32, f32, f64. Safe in
/// any thread.
template <typename Stored>
void gather(const View& view, const Grid& grid, const Stored* sample, const Scaling& scaling, float* result);

/// The same in each of the instruction sets that this processor has, the widest first; gather() is the first of them.
template <typename Stored>
using Gather = void (*)(const View& view, const Grid& grid, const Stored* sample, const float* mean, const float* deviation, float* result);
template <typename Stored>
const std::vector<Gather<Stored>>& gathers();

}  // namespace galen::data
