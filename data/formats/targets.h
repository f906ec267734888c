#pragma once

#include "data/formats/stored_type.h"

#include <ATen/core/Tensor.h>
#include <ATen/ops/empty.h>

#include <cstring>
#include <string>
#include <vector>

namespace galen::data {

struct Source;

/// What is to be learnt, as the schema has it.
struct Targets {
  at::Tensor values;               ///< [N] i64 classes, or [N, K] f32, of regression maybe f64; NaN among labels: not known
  std::string task;                ///< binary, multiclass, multilabel, regression
  std::vector<std::string> names;  ///< of classes or labels; empty for regression
  std::vector<std::string> notes;  ///< what was taken, changed or joined, one sentence each
  std::string type = {};           ///< of regression: as ImportReport::types has it
};

template <typename Archive>
void fields(Archive& archive, Targets& targets) {
  std::vector<std::int64_t> sizes;
  at::ScalarType type = at::kFloat;
  std::string bytes;
  if (targets.values.defined()) {
    targets.values = targets.values.contiguous();
    sizes = targets.values.sizes().vec();
    type = targets.values.scalar_type();
    bytes.assign(static_cast<const char*>(targets.values.const_data_ptr()), targets.values.nbytes());
  }
  archive(sizes, type, bytes, targets.task, targets.names, targets.notes, targets.type);
  if (sizes.empty()) return;
  targets.values = at::empty(sizes, type);
  std::memcpy(targets.values.mutable_data_ptr(), bytes.data(), bytes.size());
}

/// Whether a long count of whole numbers, 0, 1, 2 … without a gap, is one of classes, as in arrays, or of values, as ages in a table.
enum class LongCounts { kClasses, kValues };

/// Targets out of numbers `labels`, [N], [N, 1] or [N, L] f64. With task "auto": one column of numbers that look like classes (see
/// ClassNumbers) is classes by value; several columns with one 1 in each row (one-hot) are classes, others of 0, 1 and NaN, which is a
/// label that is not known, are multi-label; all else is regression, whose values are stored as `type` has it. Numbers that do not fit the
/// task throw galen::Error; `name` tells where they come from. What was taken where the numbers leave it open is reported in the notes.
Targets targets_from_numbers(const at::Tensor& labels, const std::string& task, const std::string& name,
                             LongCounts long_counts = LongCounts::kClasses, StoredType type = StoredType::kF32);

/// Throws galen::UsageError where `task` is none of auto, binary, multiclass, multilabel, regression.
void check_task(const std::string& task);

/// "binary" or "multiclass". Throws galen::Error where `task` asks for binary but there are more than two classes.
std::string class_task(const std::string& task, std::size_t classes, const std::string& name);

/// The targets of an earlier import, whose form others are to have; no names: they are no classes or labels, or there is no earlier one.
struct EarlierTargets {
  std::string task;  ///< empty: unlabelled
  std::vector<std::string> names;
};

/// Makes them the targets of `source`, and their notes its warnings.
void set_targets(Source& source, Targets targets);

}  // namespace galen::data
