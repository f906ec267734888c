#include "trainer/samples/table_rows.h"

#include "data/preparation/value_faults.h"
#include "galen/error.h"
#include "galen/range.h"
#include "galen/room.h"
#include "trainer/samples/table_fit.h"

#include <ATen/ops/from_blob.h>
#include <c10/util/Exception.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <utility>

namespace galen::trainer {

namespace {

void expect_table(const data::Dataset& dataset, const data::PreparationOptions& options, const TableDemands& demands, int workers) {
  if (dataset.inputs() > 1) {
    throw UsageError("{}: data.input names {} inputs, but the model needs one table.", dataset.file(), dataset.inputs());
  }
  if (dataset.vocabulary() || dataset.input_shape().size() != 1) {
    throw UsageError("{}: dataset {} is not a table: a sample has the shape [{}]. The model needs a table, [N, F].", dataset.file(),
                     dataset.input_name(), fmt::join(dataset.input_shape(), ", "));
  }
  if (!options.transforms.prepare.empty() || !options.transforms.augment.empty() || options.max_length != 0) {
    throw UsageError("{} has a table: data.prepare, data.augment and data.max_length are for other samples.", dataset.file());
  }
  if (workers > demands.lanes) {
    throw UsageError("{} workers were started for {} lanes. Start at most one worker a lane, or start a run with more trainer.lanes.",
                     workers, demands.lanes);
  }
  if (dataset.target_kind() == data::TargetKind::kNone || dataset.target_kind() == data::TargetKind::kMask) {
    throw Error("{}: dataset {} has no targets for a table's rows. Name them with data.target.", dataset.file(), dataset.target_name());
  }
}

// This worker's part of the split: its samples, and the first row of each of its lanes.
void deal_out(const data::Dataset& dataset, std::span<const std::int64_t> training, const comm::Communicator& workers, TableRows& rows) {
  const std::vector<std::int64_t> samples = data::order_by_patient(training, dataset.groups());
  std::vector<std::int64_t> patients;
  patients.reserve(samples.size());
  for (const std::int64_t sample : samples) patients.push_back(dataset.groups()[static_cast<std::size_t>(sample)]);
  const std::vector<std::int64_t> begins = data::lane_begins(patients, rows.lanes);
  const Range mine = lane_range({0, rows.lanes}, workers.rank(), workers.size());
  const std::int64_t first = begins[static_cast<std::size_t>(mine.begin)];
  const std::int64_t end = begins[static_cast<std::size_t>(mine.end)];
  rows.samples.assign(samples.begin() + first, samples.begin() + end);
  rows.patients.assign(patients.begin() + first, patients.begin() + end);
  for (std::int64_t lane = mine.begin; lane <= mine.end; ++lane) {
    rows.lane_begins.push_back(begins[static_cast<std::size_t>(lane)] - first);
  }
}

void read_values(const data::Dataset& dataset, const comm::Communicator& workers, TableRows& rows) {
  rows.columns = dataset.input_shape().front();
  const std::int64_t elements = saturating_product(rows.size(), rows.columns);
  expect_memory(saturating_product(saturating_product(elements, sizeof(double)), workers.node_size()),
                fmt::format("{}: {} rows of {} columns in f64, for each of {} workers on this machine", dataset.file(), rows.size(),
                            rows.columns, workers.node_size()),
                "Use more machines, or fewer columns.");
  rows.values.resize(static_cast<std::size_t>(elements));
  if (elements == 0) return;  // with few patients, lanes may be empty
  at::Tensor values = at::from_blob(rows.values.data(), {rows.size(), rows.columns}, at::kDouble);
  dataset.read(rows.samples, values);
}

void expect_values(const data::Dataset& dataset, bool may_miss, const TableRows& rows) {
  const auto found = std::find_if(rows.values.begin(), rows.values.end(),
                                  [may_miss](double value) { return may_miss ? std::isinf(value) : !std::isfinite(value); });
  if (found == rows.values.end()) return;
  const std::int64_t place = found - rows.values.begin();
  data::refuse_value(dataset, rows.samples[static_cast<std::size_t>(place / rows.columns)], place % rows.columns, *found);
}

void copy_targets(const data::Dataset& dataset, const TableDemands& demands, TableRows& rows) {
  const bool values = dataset.target_kind() == data::TargetKind::kValue;
  const at::Tensor all = (values ? dataset.exact_targets() : dataset.targets().to(at::kDouble)).view({dataset.size(), -1});
  rows.target_columns = all.size(1);
  const double* from = all.const_data_ptr<double>();
  rows.targets.reserve(static_cast<std::size_t>(rows.size() * rows.target_columns));
  for (const std::int64_t sample : rows.samples) {
    const double* target = from + sample * rows.target_columns;
    rows.targets.insert(rows.targets.end(), target, target + rows.target_columns);
    if (demands.class_weights.empty()) continue;
    TORCH_CHECK(dataset.target_kind() == data::TargetKind::kClass, "class weights without classes");
    rows.weights.push_back(demands.class_weights.at(static_cast<std::size_t>(*target)));
  }
}

// In place, from the last row, because a prepared row may be longer.
void prepare(data::TablePreparation preparation, bool scaled, TableRows& rows) {
  if (!scaled) {
    std::ranges::fill(preparation.mean, 0.0);
    std::ranges::fill(preparation.deviation, 1.0);
  }
  const bool scales = std::ranges::any_of(preparation.mean, [](double value) { return value != 0; }) ||
                      std::ranges::any_of(preparation.deviation, [](double value) { return value != 1; });
  if (!scales && preparation.fill.empty() && preparation.indicators.empty()) return;
  const std::int64_t features = rows.columns;
  rows.columns = preparation.columns();
  rows.values.resize(static_cast<std::size_t>(rows.size() * rows.columns));
  for (std::int64_t row = rows.size(); row-- > 0;) {
    double* prepared = rows.values.data() + row * rows.columns;
    const double* stored = rows.values.data() + row * features;
    std::memmove(prepared, stored, static_cast<std::size_t>(features) * sizeof(double));
    data::prepare_row(preparation, prepared, prepared);
  }
}

}  // namespace

Table load_table(const data::Dataset& dataset, std::span<const std::int64_t> training, const data::PreparationOptions& options,
                 const TableDemands& demands, comm::Communicator& workers) {
  expect_table(dataset, options, demands, workers.size());
  Table table;
  table.rows.lanes = demands.lanes;
  deal_out(dataset, training, workers, table.rows);
  read_values(dataset, workers, table.rows);
  expect_values(dataset, demands.takes_missing || options.impute != data::ImputationMethod::kNone, table.rows);
  copy_targets(dataset, demands, table.rows);
  table.preparation = fit_table(options, dataset, table.rows, workers, demands.threads);
  table.column_names = data::column_names(table.preparation, dataset.feature_names());
  prepare(table.preparation, demands.scaled, table.rows);
  return table;
}

}  // namespace galen::trainer
