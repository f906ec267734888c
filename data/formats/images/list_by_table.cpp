#include "data/formats/images/image_list.h"

#include "galen/error.h"

#include "data/formats/spellings.h"
#include "data/formats/tables/table_cell.h"
#include "data/formats/tables/table_columns.h"
#include "data/formats/tables/table_rows.h"
#include "data/formats/tables/table_target.h"
#include "galen/lower_case.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

namespace galen::data {
namespace {

namespace fs = std::filesystem;

/// Finds the images of a folder by the names that tables give them.
class ImageIndex {
 public:
  explicit ImageIndex(const std::vector<std::string>& files) {
    for (const std::string& file : files) {
      const fs::path path(file);
      for (const std::string& name : std::set<std::string>{path, fs::path(path).replace_extension(), path.filename(), path.stem()}) {
        files_[name].push_back(file);
      }
    }
  }

  /// Empty where there is none. `where`: the row, for errors.
  std::string find(const std::string& name, const std::string& where) const {
    const fs::path path = fs::path(name).lexically_normal();
    for (const std::string& spelling : {path.string(), path.filename().string()}) {
      const auto found = files_.find(spelling);
      if (found == files_.end()) continue;
      if (found->second.size() > 1) {
        throw Error("{}: {} could be {} or {}; name images by their path below the folder.", where, name, found->second[0],
                    found->second[1]);
      }
      return found->second[0];
    }
    return "";
  }

 private:
  std::map<std::string, std::vector<std::string>> files_;
};

/// The column among those without another part that `option` names, else the one whose name is known.
std::optional<std::size_t> find_column(const TableColumns& columns, const std::string& name, const std::set<std::string>& known) {
  for (const std::size_t column : columns.features) {
    if (name.empty() ? known.contains(lower_case(columns.names[column])) : columns.names[column] == name) return column;
  }
  return std::nullopt;
}

std::size_t find_file_column(const TableColumns& columns, const ImageOptions& options) {
  static const std::set<std::string> kNames = {"file",       "filename",   "file_name", "file_path", "filepath",
                                               "image_path", "image_file", "image",     "image_id",  "path"};
  const auto column = find_column(columns, options.file_column, kNames);
  if (column) return *column;
  throw UsageError("{}: {}; name the column of image files with --file-column. Its columns are {}.", options.table,
                   options.file_column.empty() ? "no column is named file, image or path"
                                               : fmt::format("there is no free column {}", options.file_column),
                   fmt::join(columns.names, ", "));
}

Subset read_subset(const std::string& cell, const std::string& where) {
  try {
    return parse_subset(lower_case(cell));
  } catch (const UsageError& error) {
    throw Error("{}, column split: {}", where, error.what());
  }
}

}  // namespace

ImageList list_by_table(const MaskPairs& files, const ImportOptions& options) {
  const std::string& file = options.images.table;
  if (!fs::is_regular_file(file)) throw Error("{}: there is no such table.", file);

  ImageList list;
  const Table table = open_table_file(file, options.table, list.notes);
  const TableColumns& columns = table.columns;
  const std::size_t file_column = find_file_column(columns, options.images);
  const auto split_column = find_column(columns, "", {"split"});

  const ImageIndex index(files.images);
  const MissingValue missing(options.table.missing);
  std::vector<TargetColumn> targets;
  for (const std::size_t column : columns.targets) targets.push_back({columns.names[column], {}});
  std::map<std::string, std::int64_t> line_of_file;
  std::vector<std::int64_t> lines;
  TableRows rows(table);
  for (std::vector<std::string> cells; rows.next(cells);) {
    const std::string where = fmt::format("{}: line {}", file, rows.line());
    const std::string image = index.find(cells[file_column], where);
    if (image.empty()) {
      list.missing.push_back(fmt::format("{}: image {} is not in {}.", where, cells[file_column], options.source));
      continue;
    }
    const auto [first, is_new] = line_of_file.emplace(image, rows.line());
    if (!is_new) throw Error("{}: lines {} and {} name the same image, {}.", file, first->second, rows.line(), image);
    if (columns.group && missing(cells[*columns.group])) {
      throw Error("{} has no value in column {}, which identifies the patient.", where, columns.names[*columns.group]);
    }

    list.files.push_back(image);
    for (std::size_t k = 0; k < targets.size(); ++k) targets[k].cells.push_back(cells[columns.targets[k]]);
    if (columns.group) list.group_ids.push_back(cells[*columns.group]);
    list.sample_ids.push_back(columns.sample_id ? cells[*columns.sample_id] : image);
    if (split_column) list.split.push_back(read_subset(cells[*split_column], where));
    lines.push_back(rows.line());
  }

  if (list.files.empty()) {
    throw Error("{}: none of its rows leads to an image in {}{}", file, options.source,
                list.missing.empty() ? "." : fmt::format("; the first: {}", list.missing.front()));
  }
  list.group_ids = join_patients(std::move(list.group_ids), list.notes);
  if (!targets.empty()) list.targets = targets_from_columns(targets, lines, options);
  if (const std::int64_t unlabelled = rows.left_out(); unlabelled > 0) {
    list.notes.push_back(fmt::format("{} row{} without a target left out.", unlabelled, unlabelled == 1 ? "" : "s"));
  }
  if (split_column) list.notes.push_back("Column split holds the split, by its name.");
  if (!columns.group) list.notes.push_back("No column identifies the patient (--group), so each image counts as a patient of its own.");
  return list;
}

}  // namespace galen::data
