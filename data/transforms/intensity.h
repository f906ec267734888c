#pragma once

#include "data/transforms/arguments.h"
#include "data/transforms/transform.h"

namespace galen::data {

// Transforms of values, cell by cell; masks stay as they are. What is random is drawn evenly, and goes by the sample's own extremes, mean
// and deviation, so that it means the same whatever samples are stored as.

Transform make_window(Arguments& arguments, const SampleForm& form);        ///< [low, high] to [0, 1], beyond it 0 and 1
Transform make_grey(Arguments& arguments, const SampleForm& form);          ///< 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601)
Transform make_standardize(Arguments& arguments, const SampleForm& form);   ///< each channel of each sample to mean 0, deviation 1
Transform make_gamma(Arguments& arguments, const SampleForm& form);         ///< ((x - min) / (max - min))^gamma, between min and max
Transform make_random_gamma(Arguments& arguments, const SampleForm& form);  ///< gamma between 1/most and most, as often below as above 1
Transform make_brightness(Arguments& arguments, const SampleForm& form);    ///< adds up to ± amount · deviation
Transform make_contrast(Arguments& arguments, const SampleForm& form);      ///< (x - mean) · (1 ± amount) + mean
Transform make_scale(Arguments& arguments, const SampleForm& form);         ///< x · (1 ± amount)

}  // namespace galen::data
