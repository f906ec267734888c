#include "data/import/table_columns.h"

#include "galen/error.h"

#include "data/import/table_cell.h"

#include <algorithm>
#include <set>

namespace galen::data {
namespace {

const std::set<std::string> kTargetNames = {"label", "target", "class", "diagnosis", "outcome"};
const std::set<std::string> kGroupNames = {"patient", "patient_id", "subject", "subject_id", "group_id", "id", "mrn"};
const std::set<std::string> kSampleNames = {"sample_id"};
constexpr std::size_t kMostListed = 40;

std::string list(const std::vector<std::string>& names) {
  const std::size_t shown = std::min(names.size(), kMostListed);
  return fmt::format("{}{}", fmt::join(names.begin(), names.begin() + shown, ", "),
                     shown < names.size() ? fmt::format(" and {} more", names.size() - shown) : "");
}

class Assignment {
 public:
  Assignment(const std::string& file, std::vector<std::string> names) : file_(file), taken_(names.size(), false) {
    columns_.names = std::move(names);
  }

  std::size_t take(const std::string& name, const char* option) {
    const auto& names = columns_.names;
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end())
      throw UsageError("{}: has no column {}, which {} names; its columns are {}.", file_, name, option, list(names));
    const std::size_t column = found - names.begin();
    if (taken_[column]) throw UsageError("{}: column {} cannot be for {} and for something else too.", file_, name, option);
    taken_[column] = true;
    return column;
  }

  /// Columns without a part whose name is one of `known`, whatever its case.
  std::vector<std::string> named(const std::set<std::string>& known) const {
    std::vector<std::string> found;
    for (std::size_t i = 0; i < taken_.size(); ++i) {
      if (!taken_[i] && known.count(lower_case(columns_.names[i])) > 0) found.push_back(columns_.names[i]);
    }
    return found;
  }

  /// The column that the option names, else the only one whose name is known.
  std::optional<std::size_t> choose(const std::string& name, const std::set<std::string>& known, const char* option, const char* meaning,
                                    std::vector<std::string>& notes) {
    if (name == "none") return std::nullopt;
    if (!name.empty()) return take(name, option);
    const std::vector<std::string> candidates = named(known);
    if (candidates.empty()) return std::nullopt;
    if (candidates.size() > 1) {
      throw UsageError("{}: {} could each tell the {}; name one with {}, and leave the others out with --leave-out.", file_,
                       fmt::join(candidates, ", "), meaning, option);
    }
    notes.push_back(
        fmt::format("Column {} tells the {}, by its name; {} none, or another column, if it does not.", candidates[0], meaning, option));
    return take(candidates[0], option);
  }

  TableColumns finish() {
    for (std::size_t i = 0; i < taken_.size(); ++i) {
      if (!taken_[i]) columns_.features.push_back(i);
    }
    if (columns_.features.empty())
      throw UsageError("{}: no column is left to learn from; its columns are {}.", file_, list(columns_.names));
    return std::move(columns_);
  }

  TableColumns& columns() { return columns_; }

 private:
  const std::string& file_;
  std::vector<bool> taken_;
  TableColumns columns_;
};

void require_header(const std::string& file, const std::vector<std::string>& first_line, const TableOptions& options) {
  const MissingValue missing(options.missing);
  const bool data = std::all_of(first_line.begin(), first_line.end(),
                                [&](const std::string& cell) { return missing(cell) || parse_number(cell).has_value(); });
  if (data) throw Error("{}: line 1 holds numbers, no names; if the file has no header, pass --header none.", file);
}

}  // namespace

std::vector<std::string> name_columns(const std::string& file, const std::vector<std::string>& first_line, std::size_t width,
                                      const TableOptions& options) {
  std::vector<std::string> names;
  if (options.header != "none") {
    require_header(file, first_line, options);
    names = first_line;
    if (options.header == "full" && names.size() != width) {
      throw Error(
          "{}: line 1 names {} columns, but the next line has {} cells; pass --header partial if the first line names only the first "
          "columns, --header none if it is data.",
          file, names.size(), width);
    }
    if (names.size() > width) throw Error("{}: line 1 names {} columns, but the next line has {} cells.", file, names.size(), width);
  }
  if (!options.columns.empty()) {
    names = options.columns;
    if (names.size() != width) throw UsageError("--columns has {} names, but {} has {} columns.", names.size(), file, width);
  }

  names.resize(width);
  std::set<std::string> seen;
  for (std::size_t i = 0; i < width; ++i) {
    if (names[i].empty()) names[i] = fmt::format("column_{}", i + 1);
    if (!seen.insert(names[i]).second) {
      throw Error("{}: two columns are named {}; name all of them with --columns, or pass --header none if line 1 is data.", file,
                  names[i]);
    }
  }
  return names;
}

TableColumns assign_columns(const std::string& file, std::vector<std::string> names, const TableOptions& options,
                            std::vector<std::string>& notes) {
  Assignment assignment(file, std::move(names));
  TableColumns& columns = assignment.columns();
  for (const std::string& name : options.leave_out) assignment.take(name, "--leave-out");

  const bool unlabelled = options.target == std::vector<std::string>{"none"};
  if (!unlabelled) {
    for (const std::string& name : options.target) columns.targets.push_back(assignment.take(name, "--target"));
  }
  columns.sample_id = assignment.choose(options.sample_id, kSampleNames, "--sample-id", "sample", notes);
  columns.group = assignment.choose(options.group, kGroupNames, "--group", "patient", notes);

  if (options.target.empty()) {
    const std::vector<std::string> candidates = assignment.named(kTargetNames);
    if (candidates.size() != 1) {
      throw UsageError("{}: {} what is to be learnt; name the column with --target, or pass --target none. Its columns are {}.", file,
                       candidates.empty() ? "no column's name tells" : fmt::format("{} could each be", fmt::join(candidates, ", ")),
                       list(columns.names));
    }
    columns.targets.push_back(assignment.take(candidates[0], "--target"));
  }
  return assignment.finish();
}

}  // namespace galen::data
