#pragma once

#include "tests/data/import/import_fixture.h"

#include <ATen/ops/empty.h>

#include <string>
#include <vector>

namespace galen::data {

/// Imports tables, and reads back what came of them.
class TableTest : public test::ImportFixture {
 protected:
  TableTest() : ImportFixture(Identifiers::kKept) {}

  /// Column `feature` of all samples.
  std::vector<float> column(std::size_t feature) const {
    std::vector<float> values;
    for (std::int64_t sample = 0; sample < imported().size(); ++sample) values.push_back(row(sample).at(feature));
    return values;
  }
  std::vector<float> row(std::int64_t sample) const {
    const Dataset dataset = imported();
    at::Tensor values = at::empty({1, dataset.input_shape()[0]}, at::kFloat);
    dataset.read({&sample, 1}, values);
    return {values.data_ptr<float>(), values.data_ptr<float>() + values.numel()};
  }
  std::vector<std::int64_t> classes() const {
    const at::Tensor targets = imported().targets();
    return {targets.data_ptr<std::int64_t>(), targets.data_ptr<std::int64_t>() + targets.numel()};
  }
};

inline ImportOptions with(const TableOptions& table) {
  ImportOptions options;
  options.table = table;
  return options;
}

}  // namespace galen::data
