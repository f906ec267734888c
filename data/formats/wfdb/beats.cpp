#include "data/formats/wfdb/beats.h"

#include <algorithm>

namespace galen::data {
namespace {

enum Aami { kN, kS, kV, kF, kQ };

constexpr std::array kBeats = {
    BeatKind{1, "N", kN},   // normal
    BeatKind{2, "L", kN},   // left bundle branch block
    BeatKind{3, "R", kN},   // right bundle branch block
    BeatKind{4, "a", kS},   // aberrated atrial premature
    BeatKind{5, "V", kV},   // premature ventricular contraction
    BeatKind{6, "F", kF},   // fusion of ventricular and normal
    BeatKind{7, "J", kS},   // nodal premature
    BeatKind{8, "A", kS},   // atrial premature
    BeatKind{9, "S", kS},   // supraventricular premature or ectopic
    BeatKind{10, "E", kV},  // ventricular escape
    BeatKind{11, "j", kN},  // nodal escape
    BeatKind{12, "/", kQ},  // paced
    BeatKind{13, "Q", kQ},  // unclassifiable
    BeatKind{25, "B", kN},  // bundle branch block
    BeatKind{30, "?", kQ},  // not classified during learning
    BeatKind{34, "e", kN},  // atrial escape
    BeatKind{35, "n", kN},  // supraventricular escape
    BeatKind{38, "f", kQ},  // fusion of paced and normal
    BeatKind{41, "r", kV},  // R-on-T premature ventricular contraction
};

}  // namespace

std::optional<BeatKind> beat_kind(int code) {
  const auto* found = std::find_if(kBeats.begin(), kBeats.end(), [code](const BeatKind& kind) { return kind.code == code; });
  return found == kBeats.end() ? std::nullopt : std::optional(*found);
}

}  // namespace galen::data
