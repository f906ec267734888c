#pragma once

#include "galen/enum_names.h"

#include <array>

namespace galen::data {

/// What targets are learnt as. kAuto: what the file says, else what they look like.
enum class TaskKind { kAuto, kBinary, kMulticlass, kMultilabel, kRegression };
constexpr auto enum_names(TaskKind) {
  return std::to_array<EnumName<TaskKind>>({{TaskKind::kAuto, "auto"},
                                            {TaskKind::kBinary, "binary"},
                                            {TaskKind::kMulticlass, "multiclass"},
                                            {TaskKind::kMultilabel, "multilabel"},
                                            {TaskKind::kRegression, "regression"}});
}

/// Whether the targets are classes of which one holds.
constexpr bool is_exclusive(TaskKind task) { return task == TaskKind::kBinary || task == TaskKind::kMulticlass; }

}  // namespace galen::data
