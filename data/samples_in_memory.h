#pragma once

#include "data/preparation/preparation.h"
#include "data/text/vocabulary.h"
#include "galen/inputs.h"

#include <cstdint>
#include <string>
#include <vector>

namespace galen::data {

/// One input of samples that are not in a file.
struct InputForm {
  std::string name;                        ///< of the input, in errors
  std::vector<std::int64_t> shape;         ///< of a sample, channels first; of texts ignored
  const Vocabulary* vocabulary = nullptr;  ///< of texts; null: the samples are numbers
};

/// Throws galen::Error, with both sides and the number of the sample, if `raw` is not as prepare() expects it. One thread.
void check_samples(const Input& raw, const InputForm& form);

/// Prepares samples in memory as a Loader prepares stored ones for evaluation, with the same bits.
///
/// `raw`: values [n, shape…] as stored, not scaled: u8, i8, u16, i16, i32, i64, f32 or f64 on the CPU, NaN where a table has no value.
/// Texts: [n, T] token ids of an integer type, 0 after the last token; the length is found if it is undefined. Length and present are as
/// in Input. They have passed check_samples(), or are rows of samples that have. One thread.
Input prepare(const Input& raw, const InputForm& form, const Preparation& preparation);

}  // namespace galen::data
