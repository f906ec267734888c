#pragma once

#include "data/transforms/grammar.h"
#include "data/transforms/transform.h"

#include <string>
#include <vector>

namespace galen::data {

/// The two lists of transforms. kPrepare: the same for every sample, always applied. kAugment: random, in training alone.
enum class TransformList { kPrepare, kAugment };

std::string to_string(TransformList list);  ///< "data.prepare", "data.augment"

/// What a user can write in a list.
struct TransformHelp {
  std::string usage;  ///< "rotate(degrees, axis=depth)"
  std::string meaning;
  bool prepare = false;  ///< may stand in data.prepare
  bool augment = false;  ///< may stand in data.augment
};
std::vector<TransformHelp> transform_help();

/// A transform, and the share of samples that it is applied to (argument p of all in data.augment).
struct ListedTransform {
  Transform transform;
  double probability = 1;
};

/// Makes what `call` names, for samples of `form`. An unknown name, one that belongs in the other list, and arguments that are wrong throw
/// galen::UsageError.
ListedTransform make_transform(TransformList list, const Call& call, const SampleForm& form);

}  // namespace galen::data
