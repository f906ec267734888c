#pragma once

#include <string>

namespace galen::data {

/// How ECG records are cut into samples.
struct EcgOptions {
  double window_before = 0.25;    ///< Seconds of a sample before the beat.
  double window_after = 0.45;     ///< Seconds from the beat on.
  std::string beats = "aami";     ///< aami: the classes N, S, V, F, Q of ANSI/AAMI EC57. symbol: the annotations' own.
  std::string annotator = "atr";  ///< Extension of the files of annotations.

  /// Seconds. More than 0: samples are stretches of that length, one after the other, unlabelled. 0: beats where there are annotations,
  /// else stretches of 10 s.
  double segment = 0;
};

}  // namespace galen::data
