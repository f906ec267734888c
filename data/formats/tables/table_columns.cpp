#include "data/formats/tables/table_columns.h"

#include "galen/error.h"

#include "data/formats/tables/column_name.h"

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

  std::size_t find(const std::string& name, const char* option) const {
    const auto& names = columns_.names;
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end())
      throw UsageError("{}: has no column {}, which {} names; its columns are {}.", file_, name, option, list(names));
    return found - names.begin();
  }

  std::size_t take(const std::string& name, const char* option) {
    const std::size_t column = find(name, option);
    if (taken_[column]) throw UsageError("{}: column {} cannot be for {} and for something else too.", file_, name, option);
    taken_[column] = true;
    return column;
  }

  /// Columns without a part whose column_key() is one of `known`.
  std::vector<std::string> named(const std::set<std::string>& known) const {
    std::vector<std::string> found;
    for (std::size_t i = 0; i < taken_.size(); ++i) {
      if (!taken_[i] && known.count(column_key(columns_.names[i])) > 0) found.push_back(columns_.names[i]);
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
      throw UsageError("{}: {} could each hold the {}; name one with {}, and leave the others out with --leave-out.", file_,
                       fmt::join(candidates, ", "), meaning, option);
    }
    notes.push_back(fmt::format("Column {} identifies the {}, by its name; {} none, or another column, if it does not.", candidates[0],
                                meaning, option));
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

}  // namespace

TableColumns assign_columns(const std::string& file, std::vector<std::string> names, const TableOptions& options,
                            std::vector<std::string>& notes) {
  Assignment assignment(file, std::move(names));
  TableColumns& columns = assignment.columns();
  for (const std::string& name : options.leave_out) assignment.take(name, "--leave-out");
  for (const std::string& name : options.categorical) assignment.find(name, "--categorical");
  for (const std::string& name : options.keep) assignment.find(name, "--keep");

  const bool unlabelled = options.target == std::vector<std::string>{"none"};
  if (!unlabelled) {
    for (const std::string& name : options.target) columns.targets.push_back(assignment.take(name, "--target"));
  }
  columns.sample_id = assignment.choose(options.sample_id, kSampleNames, "--sample-id", "sample", notes);
  columns.group = assignment.choose(options.group, kGroupNames, "--group", "patient", notes);

  if (options.target.empty()) {
    const std::vector<std::string> candidates = assignment.named(kTargetNames);
    if (candidates.size() != 1) {
      if (candidates.empty() && !options.like.empty()) {
        notes.emplace_back("No column's name says what is to be learnt, so the samples are unlabelled; --target names it.");
        return assignment.finish();
      }
      throw UsageError("{}: {} what is to be learnt; name the column with --target, or pass --target none. Its columns are {}.", file,
                       candidates.empty() ? "no column's name tells" : fmt::format("{} could each be", fmt::join(candidates, ", ")),
                       list(columns.names));
    }
    columns.targets.push_back(assignment.take(candidates[0], "--target"));
  }
  return assignment.finish();
}

}  // namespace galen::data
