#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace galen::test {

/// The folder of reference figures by independent packages; nothing where it is not beside the real data (../shared/references/evaluation).
std::optional<std::filesystem::path> evaluation_references();

/// Figures by name, of a CSV file whose first two columns are figure and value.
std::map<std::string, double> read_figures(const std::filesystem::path& file);

/// The samples of a split of binary.csv.
struct BinaryTable {
  std::vector<std::int64_t> patients;
  std::vector<std::string> sex;
  std::vector<std::string> site;
  std::vector<std::uint8_t> truth;
  std::vector<double> a, b;  ///< the two models' probabilities

  BinaryTable where(const std::vector<std::string> BinaryTable::*column, const std::string& value) const;
};
BinaryTable read_binary(const std::filesystem::path& file, const std::string& split);

}  // namespace galen::test
