#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace galen::data {

/// Which part of a data set a sample belongs to. The numbers are the schema's.
enum class Subset : std::uint8_t { kTrain = 0, kValidation = 1, kTest = 2 };

/// "train", "validation", "test"; "val" and "valid" are understood too. An unknown name throws galen::UsageError.
Subset parse_subset(const std::string& name);
std::string to_string(Subset subset);

/// Numbers of the samples in `subset`, ascending.
std::vector<std::int64_t> members(std::span<const Subset> split, Subset subset);

}  // namespace galen::data
