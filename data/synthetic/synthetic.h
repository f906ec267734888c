#pragma once

#include "data/sampling/split.h"

#include <ATen/core/Tensor.h>

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace galen::data {

/// Images of lesions on a textured, noisy background. The class is the lesions' shape (see kLesionShapes), from the ninth class on their
/// number too. Position, angle, size and brightness vary, and lesions are as often brighter as darker than what surrounds them: no single
/// pixel tells anything, so that a linear model on the pixels learns nothing and a convolutional network does.
struct SyntheticOptions {
  std::string file;                                   ///< The HDF5 file to write.
  std::int64_t samples = 4000;                        ///< Any number from 1.
  std::int64_t side = 28;                             ///< Height and width in pixels, from 16.
  std::int64_t channels = 1;                          ///< Lesions are of another strength in each.
  int classes = 2;                                    ///< 2 … 32.
  std::int64_t samples_per_patient = 2;               ///< A patient's samples share class, size and looks.
  double contrast = 0.35;                             ///< Mean difference between lesion and background; black to white is 1.
  double noise = 0.08;                                ///< Standard deviation of each pixel.
  std::uint64_t seed = 0;                             ///< Of images and split.
  std::array<double, 3> fractions = {0.7, 0.1, 0.2};  ///< Shares of train, validation and test, drawn by patient and stored.
  int compression = 0;                                ///< 0: none. 1 … 9: gzip of that level.
  bool overwrite = false;                             ///< Replace `file` where it exists.
};

/// Writes the data set, a few thousand samples in memory at a time. An option out of its range throws galen::UsageError.
void write_synthetic(const SyntheticOptions& options);

/// Samples [first, first + count): [count, channels, side, side] u8. A pure function of (seed, sample) and the looks: the same for every
/// number of samples, threads and calls.
at::Tensor draw_synthetic(const SyntheticOptions& options, std::int64_t first, std::int64_t count);

/// Class of a sample; that of its patient.
std::int64_t synthetic_class(const SyntheticOptions& options, std::int64_t sample);

/// "oval", "spiculated", … "two oval" …
std::vector<std::string> synthetic_class_names(int classes);

}  // namespace galen::data
