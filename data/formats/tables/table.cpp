#include "data/formats/tables/table.h"

#include "data/formats/spellings.h"
#include "data/formats/tables/earlier_import.h"
#include "data/formats/tables/table_columns.h"
#include "data/formats/tables/table_features.h"
#include "data/formats/tables/table_header.h"
#include "data/formats/tables/table_rows.h"
#include "data/formats/tables/table_scan.h"
#include "data/formats/tables/table_target.h"
#include "data/formats/tables/table_type.h"
#include "galen/error.h"

#include <ATen/ops/any.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/isinf.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

namespace galen::data {
namespace {

void check_options(const TableOptions& options) {
  if (options.categories != "one-hot" && options.categories != "codes") {
    throw UsageError("categories as {} are unknown; they become one-hot or codes.", options.categories);
  }
  parse_number_style(options.decimal);
  parse_stored_type(options.type);
}

/// The second pass: rows become features as they are asked for, so that no table has to fit into memory.
class FeatureReader {
 public:
  FeatureReader(std::shared_ptr<const Table> table, std::vector<FeatureColumn> columns, std::int64_t width, at::ScalarType type)
      : table_(std::move(table)),
        columns_(std::move(columns)),
        width_(width),
        type_(type),
        missing_(table_->options.missing),
        rows_(*table_) {}

  at::Tensor read(std::int64_t n) {
    at::Tensor values = at::empty({n, width_}, at::kDouble);
    auto* value = values.mutable_data_ptr<double>();
    std::vector<std::string> cells;
    for (std::int64_t i = 0; i < n; ++i) {
      if (!rows_.next(cells)) throw Error("{}: has become shorter while it was read.", table_->file);
      for (const auto& [column, encoding] : columns_) value = encoding.encode(cells[column], missing_, value);
    }
    values = values.to(type_);
    if (values.isinf().any().item<bool>())
      throw Error("{}: line {} or one before it holds a number beyond single precision; --type auto stores it.", table_->file,
                  rows_.line());
    return values;
  }

 private:
  std::shared_ptr<const Table> table_;
  std::vector<FeatureColumn> columns_;
  std::int64_t width_;
  at::ScalarType type_;
  MissingValue missing_;
  TableRows rows_;
};

void describe_targets(const TableScan& scan, const ImportOptions& options, const EarlierTargets& earlier, Source& source) {
  set_targets(source, targets_from_columns(scan.targets, scan.lines, options, earlier));
}

void note_rows(const TableScan& scan, std::vector<std::string>& notes) {
  if (scan.left_out > 0) notes.push_back(fmt::format("{} row{} without a target left out.", scan.left_out, scan.left_out == 1 ? "" : "s"));
  if (scan.has_other_text) notes.push_back("Text that is no UTF-8 was taken for Windows-1252 (Latin-1).");
}

}  // namespace

Source open_table(const ImportOptions& options) {
  check_options(options.table);
  std::optional<EarlierImport> earlier;
  if (!options.table.like.empty()) earlier = read_earlier_import(options.table.like, options.external);

  Source source;
  const auto table = std::make_shared<const Table>(open_table_file(options.source, options.table, source.warnings));
  TableScan scan = scan_table(*table);
  note_rows(scan, source.warnings);
  std::vector<FeatureColumn> features = earlier ? features_like(earlier->columns, *table, scan.features, source.warnings)
                                                : choose_features(*table, scan.features, source.warnings);

  DatasetDescription& description = source.description;
  if (earlier) source.classes_like = earlier->targets.names;
  if (!scan.targets.empty()) describe_targets(scan, options, earlier ? earlier->targets : EarlierTargets(), source);
  for (const FeatureColumn& feature : features) {
    for (std::string& name : feature.encoding.features()) description.feature_names.push_back(std::move(name));
    description.columns.push_back(to_text(feature.encoding));
  }
  const auto width = static_cast<std::int64_t>(description.feature_names.size());
  description.input = "tabular";
  description.sample_shape = {width};
  TypeChoice choice = type_of_features(*table, scan.features, features);
  if (earlier && earlier->is_f64 && options.table.type == "auto") choice = {at::kDouble, "f64, as in " + options.table.like};
  description.type = choice.type;
  source.types.insert(source.types.begin(), "features " + choice.reason);
  description.size = static_cast<std::int64_t>(scan.lines.size());
  source.group_ids = join_patients(std::move(scan.groups), source.warnings);
  source.sample_ids = std::move(scan.sample_ids);
  source.read = [reader = std::make_shared<FeatureReader>(table, std::move(features), width, choice.type)](std::int64_t n) {
    return reader->read(n);
  };
  return source;
}

}  // namespace galen::data
