#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace galen::data {

/// A kind of beat among WFDB's annotation codes.
struct BeatKind {
  int code;
  std::string_view symbol;
  int aami;  ///< number of its class in kAamiClasses
};

/// The classes of ANSI/AAMI EC57: normal and bundle branch block, supraventricular ectopic, ventricular ectopic, fusion, unknown or paced.
inline constexpr std::array<std::string_view, 5> kAamiClasses = {"N", "S", "V", "F", "Q"};

/// Nothing for an annotation that marks no beat (rhythm, noise, waves …). Escape beats are N, as de Chazal et al. ("Automatic
/// classification of heartbeats", IEEE Transactions on Biomedical Engineering 51, 2004) and most work after them have it.
std::optional<BeatKind> beat_kind(int code);

}  // namespace galen::data
