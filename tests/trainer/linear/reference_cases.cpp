#include "tests/trainer/linear/reference_cases.h"

#include "data/sampling/patient_lanes.h"
#include "galen/range.h"
#include "tests/support/places.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>
#include <numeric>
#include <sstream>
#include <stdexcept>

namespace galen::test {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;
using trainer::linear::Kind;

fs::path breast_cancer_file() {
  const char* python = std::getenv("GALEN_PYTHON");
  if (python == nullptr) throw std::runtime_error("GALEN_PYTHON is not set: run this test by ctest.");
  for (const auto& folder : fs::directory_iterator(fs::path(python).parent_path().parent_path() / "lib")) {
    const fs::path file = folder.path() / "site-packages/sklearn/datasets/data/breast_cancer.csv";
    if (fs::exists(file)) return file;
  }
  throw std::runtime_error("scikit-learn's breast_cancer.csv is not in the packages of GALEN_PYTHON: run launch/setup.sh --tests.");
}

SmallTable table_of(const Json& json) {
  SmallTable table;
  if (json.contains("wdbc")) {
    const auto columns = json.at("wdbc").get<std::vector<std::int64_t>>();
    table = breast_cancer(columns);
    if (json.at("target").is_number()) table.targets = breast_cancer({json.at("target").get<std::int64_t>()}).values;
    for (double& target : table.targets) {
      if (!json.contains("cuts")) break;
      const auto cuts = json.at("cuts").get<std::vector<double>>();
      target = static_cast<double>(std::ranges::count_if(cuts, [&](double cut) { return target >= cut; }));
    }
    for (std::int64_t& patient : table.patients) patient /= json.at("samples_a_patient").get<std::int64_t>();
    return table;
  }
  for (const auto& row : json.at("rows")) {
    table.columns = static_cast<std::int64_t>(row.size()) - 2;
    for (std::int64_t c = 0; c < table.columns; ++c) table.values.push_back(row[c]);
    table.targets.push_back(row[table.columns]);
    table.patients.push_back(row[table.columns + 1]);
  }
  return table;
}

std::vector<double> deviations(const SmallTable& table) {
  std::vector<double> result;
  const auto rows = static_cast<std::int64_t>(table.targets.size());
  for (std::int64_t c = 0; c < table.columns; ++c) {
    double mean = 0, squares = 0;
    for (std::int64_t row = 0; row < rows; ++row) mean += table.values[row * table.columns + c] / static_cast<double>(rows);
    for (std::int64_t row = 0; row < rows; ++row) squares += std::pow(table.values[row * table.columns + c] - mean, 2);
    result.push_back(std::sqrt(squares / static_cast<double>(rows)));
  }
  return result;
}

std::vector<double> numbers_of(const Json& json) {
  if (json.is_number()) return {json.get<double>()};
  std::vector<double> result;
  for (const auto& value : json) result.push_back(value.is_null() ? std::numeric_limits<double>::quiet_NaN() : value.get<double>());
  return result;
}

ReferenceCase case_of(const Json& json, const Json& tables) {
  ReferenceCase result{.name = json.at("name"), .table = table_of(tables.at(json.at("table").get<std::string>()))};
  const std::string kind = json.at("kind");
  result.specification.kind = kind == "linear" ? Kind::kLinear : kind == "poisson" ? Kind::kPoisson : Kind::kLogistic;
  const std::vector<double>& targets = result.table.targets;
  if (kind == "logistic") result.specification.classes = static_cast<std::int64_t>(*std::ranges::max_element(targets)) + 1;
  result.specification.penalty = {.l2 = json.value("l2", 0.0), .l1 = json.value("l1", 0.0), .firth = json.value("firth", false)};
  if (json.value("standardize", false)) result.specification.penalty.scale = deviations(result.table);
  result.specification.names = {column_names(result.table.columns), {}, {}};
  for (std::int64_t k = 0; k < std::max<std::int64_t>(result.specification.classes, 1); ++k) {
    result.specification.names.outputs.push_back(fmt::format("class {}", k));
  }
  const std::string covariance = json.value("covariance", "auto");
  using trainer::Covariance;
  result.options.covariance = covariance == "model"     ? Covariance::kModel
                              : covariance == "robust"  ? Covariance::kRobust
                              : covariance == "patient" ? Covariance::kPatient
                                                        : Covariance::kAuto;
  if (json.value("interval", "wald") == "likelihood") result.options.interval = trainer::IntervalKind::kLikelihood;
  for (const auto& [name, values] : json.at("expected").items()) result.figures[name] = numbers_of(values);
  if (kind != "linear") result.tolerance = 1e-6;
  return result;
}

}  // namespace

std::vector<ReferenceCase> reference_cases() {
  std::ifstream file(source_folder() / "tests/trainer/linear/references.json");
  const Json json = Json::parse(file);
  std::vector<ReferenceCase> cases;
  for (const auto& each : json.at("cases")) cases.push_back(case_of(each, json.at("tables")));
  return cases;
}

SmallTable breast_cancer(const std::vector<std::int64_t>& columns) {
  std::ifstream file(breast_cancer_file());
  std::string line;
  std::getline(file, line);  // counts and class names
  SmallTable table{.columns = static_cast<std::int64_t>(columns.size())};
  while (std::getline(file, line)) {
    std::vector<double> cells;
    std::istringstream text(line);
    for (std::string cell; std::getline(text, cell, ',');) cells.push_back(std::stod(cell));
    for (const std::int64_t column : columns) table.values.push_back(cells.at(column));
    table.targets.push_back(1 - cells.back());
  }
  table.patients.resize(table.targets.size());
  std::iota(table.patients.begin(), table.patients.end(), 0);
  return table;
}

trainer::TableRows rows_of_rank(const SmallTable& table, const comm::Communicator& communicator) {
  constexpr std::int64_t kLanes = data::kUsualLanes;
  const std::vector<std::int64_t> begins = data::lane_begins(table.patients, kLanes);
  const Range mine = lane_range({0, kLanes}, communicator.rank(), communicator.size());
  const std::int64_t begin = begins[mine.begin], end = begins[mine.end];
  trainer::TableRows rows{.columns = table.columns, .lanes = kLanes};
  rows.values.assign(table.values.begin() + begin * table.columns, table.values.begin() + end * table.columns);
  rows.targets.assign(table.targets.begin() + begin, table.targets.begin() + end);
  rows.patients.assign(table.patients.begin() + begin, table.patients.begin() + end);
  for (std::int64_t lane = mine.begin; lane <= mine.end; ++lane) rows.lane_begins.push_back(begins[lane] - begin);
  return rows;
}

std::vector<std::string> column_names(std::int64_t columns) {
  std::vector<std::string> names;
  for (std::int64_t c = 0; c < columns; ++c) names.push_back(fmt::format("x{}", c + 1));
  return names;
}

}  // namespace galen::test
