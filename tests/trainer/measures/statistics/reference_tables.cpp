#include "tests/trainer/measures/statistics/reference_tables.h"

#include "tests/support/places.h"

#include <fstream>
#include <sstream>

namespace galen::test {

namespace fs = std::filesystem;

namespace {

std::vector<std::vector<std::string>> rows_of(const fs::path& file) {
  std::ifstream in(file);
  std::vector<std::vector<std::string>> rows;
  std::string line;
  std::getline(in, line);  // the heading
  while (std::getline(in, line)) {
    std::istringstream cells(line);
    std::vector<std::string>& row = rows.emplace_back();
    for (std::string cell; std::getline(cells, cell, ',');) row.push_back(cell);
  }
  return rows;
}

}  // namespace

std::optional<fs::path> evaluation_references() { return real_data("../references/evaluation"); }

std::map<std::string, double> read_figures(const fs::path& file) {
  std::map<std::string, double> figures;
  for (const auto& row : rows_of(file)) figures[row.at(0)] = std::stod(row.at(1));
  return figures;
}

BinaryTable read_binary(const fs::path& file, const std::string& split) {
  BinaryTable table;
  for (const auto& row : rows_of(file)) {
    if (row.at(2) != split) continue;
    table.patients.push_back(std::stoll(row.at(1).substr(1)));
    table.sex.push_back(row.at(3));
    table.site.push_back(row.at(4));
    table.truth.push_back(row.at(5) == "1");
    table.a.push_back(std::stod(row.at(6)));
    table.b.push_back(std::stod(row.at(7)));
  }
  return table;
}

BinaryTable BinaryTable::where(const std::vector<std::string> BinaryTable::*column, const std::string& value) const {
  BinaryTable some;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    if ((this->*column)[i] != value) continue;
    some.patients.push_back(patients[i]);
    some.sex.push_back(sex[i]);
    some.site.push_back(site[i]);
    some.truth.push_back(truth[i]);
    some.a.push_back(a[i]);
    some.b.push_back(b[i]);
  }
  return some;
}

}  // namespace galen::test
