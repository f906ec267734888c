#include "launch/commands/predictions_file.h"

#include "data/hdf5/hdf5.h"
#include "galen/atomic_file.h"
#include "galen/error.h"
#include "galen/output_file.h"
#include "launch/audit/hashes.h"
#include "trainer/tasks/threshold.h"

#include <ATen/core/TensorAccessor.h>
#include <ATen/ops/argmax.h>
#include <ATen/ops/ge.h>

#include <cmath>

namespace galen::launch {

namespace {

// The predictions as both formats need them.
struct Table {
  std::vector<std::string> samples;
  std::vector<std::string> patients;     ///< empty texts where they are unknown
  std::string kind;                      ///< probability or value
  std::vector<std::string> columns;      ///< names of the scores
  at::Tensor scores;                     ///< [n, columns] f32
  std::vector<std::string> class_names;  ///< where classes exclude each other
  at::Tensor predicted;                  ///< [n] i64; undefined where they do not
  at::Tensor labels;                     ///< [n] i64 or [n, columns] f32; undefined where not known
};

Table tabulate(const trainer::Application& application) {
  const trainer::Task& task = *application.task;
  const trainer::Predictions& predictions = application.predictions;
  Table table;
  const auto index = predictions.index.accessor<std::int64_t, 1>();
  for (std::int64_t i = 0; i < index.size(0); ++i) {
    table.samples.push_back(application.dataset->sample_name(index[i]));
    table.patients.push_back(application.dataset->knows_patients() ? application.dataset->group_name(index[i]) : "");
  }
  table.kind = task.name() == "regression" ? "value" : "probability";
  table.columns = task.names();
  table.scores = task.scores(predictions.outputs).contiguous();
  table.labels = predictions.targets;
  if (table.kind == "value" && table.labels.defined()) {
    table.labels = table.labels.to(at::kFloat).reshape({table.scores.size(0), -1});  // class numbers are values too
  }
  if (task.exclusive()) {
    table.class_names = task.names();
    const bool binary = task.outputs() == 1;
    if (binary) table.columns = {task.names().back()};
    table.predicted = binary ? table.scores.select(1, 0).ge(trainer::kThreshold).to(at::kLong) : table.scores.argmax(1);
  }
  return table;
}

std::string quoted_where_needed(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted;
  for (const char c : text) quoted.append(c == '"' ? 2 : 1, c);
  return fmt::format("\"{}\"", quoted);
}

std::string class_name(const Table& table, std::int64_t number) {
  return static_cast<std::size_t>(number) < table.class_names.size() ? table.class_names[static_cast<std::size_t>(number)]
                                                                     : std::to_string(number);
}

std::vector<std::string> csv_heading(const Table& table) {
  std::vector<std::string> cells = {"sample_id", "patient"};
  const auto one_each = [&](const std::string& kind) {
    for (const std::string& column : table.columns) cells.push_back(kind + "_" + column);
  };
  one_each(table.kind);
  if (table.predicted.defined()) cells.push_back("predicted");
  if (table.predicted.defined() && table.labels.defined()) cells.push_back("label");
  if (!table.predicted.defined() && table.labels.defined()) one_each("label");
  return cells;
}

std::vector<std::string> csv_row(const Table& table, std::int64_t i) {
  std::vector<std::string> cells = {table.samples[static_cast<std::size_t>(i)], table.patients[static_cast<std::size_t>(i)]};
  const auto numbers = [&](const at::Tensor& values) {
    const auto row = values.accessor<float, 2>()[i];
    for (std::int64_t k = 0; k < row.size(0); ++k) cells.push_back(std::isnan(row[k]) ? "" : fmt::format("{}", row[k]));
  };
  const auto class_of = [&](const at::Tensor& classes) { cells.push_back(class_name(table, classes.accessor<std::int64_t, 1>()[i])); };
  numbers(table.scores);
  if (table.predicted.defined()) class_of(table.predicted);
  if (table.predicted.defined() && table.labels.defined()) class_of(table.labels);
  if (!table.predicted.defined() && table.labels.defined()) numbers(table.labels);
  return cells;
}

void add_line(std::string& text, const std::vector<std::string>& cells) {
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) text += ',';
    text += quoted_where_needed(cells[i]);
  }
  text += '\n';
}

std::string to_csv(const Table& table) {
  std::string text;
  add_line(text, csv_heading(table));
  for (std::int64_t i = 0; i < table.scores.size(0); ++i) add_line(text, csv_row(table, i));
  return text;
}

void write_array(data::hdf5::File& file, const std::string& name, const at::Tensor& values, const std::string& key,
                 const std::vector<std::string>& names) {
  const auto type = values.scalar_type() == at::kLong ? data::hdf5::Native::kI64 : data::hdf5::Native::kF32;
  data::hdf5::Array array = file.create_array(name, type, values.sizes().vec());
  array.write(0, values.size(0), type, values.const_data_ptr());
  if (!names.empty()) array.set_attribute(key, names);
}

void write_hdf5(const std::string& name, const Table& table) {
  data::hdf5::File file = data::hdf5::File::create(name);
  file.write_texts("/sample_id", table.samples);
  file.write_texts("/patient", table.patients);
  write_array(file, table.kind == "value" ? "/value" : "/probability", table.scores, "names", table.columns);
  if (table.predicted.defined()) write_array(file, "/predicted", table.predicted, "class_names", table.class_names);
  if (!table.labels.defined()) return file.flush();
  const bool classes = table.predicted.defined();
  write_array(file, "/label", table.labels.contiguous(), classes ? "class_names" : "names", classes ? table.class_names : table.columns);
  file.flush();
}

bool is_csv(const std::string& file) { return file.ends_with(".csv") || is_stream(file); }

}  // namespace

void check_predictions_file(const std::string& file, bool overwrite) {
  if (!is_csv(file) && !file.ends_with(".h5") && !file.ends_with(".hdf5")) {
    throw UsageError("--out {}: predictions are written as .csv, or as HDF5 to .h5 or .hdf5. Choose a name that ends so.", file);
  }
  expect_output(file, overwrite);
}

std::string write_predictions(const std::string& file, const trainer::Application& application) {
  const Table table = tabulate(application);
  if (is_csv(file)) {
    const std::string text = to_csv(table);
    write_output(file, text, /*overwrite=*/true);
    return sha256(text);
  }
  AtomicFile target(file, /*overwrite=*/true);
  write_hdf5(target.temporary_name(), table);
  target.publish();
  return sha256_of_file(file);
}

}  // namespace galen::launch
