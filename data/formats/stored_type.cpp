#include "data/formats/stored_type.h"

#include "galen/error.h"

namespace galen::data {

StoredType parse_stored_type(const std::string& name) {
  if (name == "auto") return StoredType::kAuto;
  if (name == "f32") return StoredType::kF32;
  if (name == "f64") return StoredType::kF64;
  throw UsageError("the type {} is unknown; it is one of auto, f32, f64.", name);
}

TypeChoice choose_type(StoredType wanted, const std::string& changed) {
  switch (wanted) {
    case StoredType::kF32:
      return {at::kFloat,
              changed.empty() ? "f32, as asked for" : fmt::format("f32, as asked for, which changes numbers such as {}", changed)};
    case StoredType::kF64:
      return {at::kDouble, "f64, as asked for"};
    case StoredType::kAuto:
      break;
  }
  if (changed.empty()) return {at::kFloat, "f32, which holds every number of the table"};
  return {at::kDouble, fmt::format("f64, as f32 would change {}; --type f32 rounds to it", changed)};
}

}  // namespace galen::data
