#pragma once

#include <c10/core/ScalarType.h>

#include <string>

namespace galen::data {

/// What the floating-point numbers of a table, its features and its values to predict, are stored as.
enum class StoredType {
  kAuto,  ///< f64 for an array in which f32 would change a number, else f32
  kF32,
  kF64,
};

/// auto, f32 or f64; another name throws galen::UsageError.
StoredType parse_stored_type(const std::string& name);

/// Whether f32 holds another value than `number`, or none: 0.1, 16777217, 1e300. A missing value (NaN) is none of them.
inline bool f32_changes(double number) { return number == number && static_cast<double>(static_cast<float>(number)) != number; }

/// What an array was stored as, and why: for the report. `changed`: a number that f32 changes and where it is, "17.99 in column radius
/// (line 1)"; empty where there is none.
struct TypeChoice {
  at::ScalarType type;  ///< kFloat or kDouble
  std::string reason;   ///< "f64, as f32 would change 17.99 in column radius (line 1); --type f32 stores half as many bytes"
};
TypeChoice choose_type(StoredType wanted, const std::string& changed);

}  // namespace galen::data
