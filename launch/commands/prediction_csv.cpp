#include "galen/output_file.h"
#include "launch/audit/hashes.h"
#include "launch/commands/prediction_writer.h"

#include <ATen/core/TensorAccessor.h>

#include <fmt/format.h>

#include <cmath>
#include <vector>

namespace galen::launch {

namespace {

using Cells = std::vector<std::string>;

std::string quoted_where_needed(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted;
  for (const char c : text) quoted.append(c == '"' ? 2 : 1, c);
  return fmt::format("\"{}\"", quoted);
}

void add_line(std::string& text, const Cells& cells) {
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) text += ',';
    text += quoted_where_needed(cells[i]);
  }
  text += '\n';
}

// With the fewest digits that are read back as the same number of the same type; unknown ones are empty.
template <typename Number>
void add_numbers(Cells& cells, const at::Tensor& values, std::int64_t i) {
  const auto row = values.accessor<Number, 2>()[i];
  for (std::int64_t k = 0; k < row.size(0); ++k) cells.push_back(std::isnan(row[k]) ? "" : fmt::format("{}", row[k]));
}

class CsvWriter final : public PredictionWriter {
 public:
  CsvWriter(const std::string& file, const trainer::DatasetPrediction& prediction)
      : task_(*prediction.task), dataset_(*prediction.dataset), file_(file, /*overwrite=*/true) {}

  void append(const PredictionRows& rows) override {
    const at::Tensor predicted = task_.decisions(rows.scores);
    std::string text;
    if (!headed_) add_line(text, heading(predicted.defined(), rows.labels.defined()));
    headed_ = true;
    for (std::int64_t i = 0; i < rows.index.size(0); ++i) add_line(text, row(rows, predicted, i));
    file_.write(text);
    digest_.add(text);
  }

  std::string publish() override {
    file_.publish();
    return digest_.hex();
  }

 private:
  Cells heading(bool has_classes, bool has_labels) const {
    Cells cells = {"sample_id", "patient"};
    const auto one_each = [&](const std::string& kind, const std::vector<std::string>& names) {
      for (const std::string& name : names) cells.push_back(kind + "_" + name);
    };
    one_each(task_.facts().scores == trainer::ScoreKind::kValue ? "value" : "probability", task_.score_names());
    if (has_classes) cells.push_back("predicted");
    if (has_classes && has_labels) cells.push_back("label");
    if (!has_classes && has_labels) one_each("label", task_.names());
    return cells;
  }

  Cells row(const PredictionRows& rows, const at::Tensor& predicted, std::int64_t i) const {
    const std::int64_t sample = rows.index.const_data_ptr<std::int64_t>()[i];
    Cells cells = {dataset_.sample_name(sample), dataset_.knows_patients() ? dataset_.group_name(sample) : ""};
    if (rows.scores.scalar_type() == at::kDouble) {
      add_numbers<double>(cells, rows.scores, i);
    } else {
      add_numbers<float>(cells, rows.scores, i);
    }
    if (predicted.defined()) cells.push_back(class_name(predicted, i));
    if (!rows.labels.defined()) return cells;
    if (predicted.defined()) {
      cells.push_back(class_name(rows.labels, i));
    } else {
      add_numbers<float>(cells, rows.labels, i);
    }
    return cells;
  }

  std::string class_name(const at::Tensor& classes, std::int64_t i) const {
    return task_.names().at(static_cast<std::size_t>(classes.accessor<std::int64_t, 1>()[i]));
  }

  const trainer::Task& task_;
  const data::Dataset& dataset_;
  OutputFile file_;
  Sha256 digest_;
  bool headed_ = false;
};

}  // namespace

std::unique_ptr<PredictionWriter> write_csv(const std::string& file, const trainer::DatasetPrediction& prediction) {
  return std::make_unique<CsvWriter>(file, prediction);
}

}  // namespace galen::launch
