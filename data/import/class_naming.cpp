#include "data/import/class_naming.h"

#include "galen/error.h"

#include "data/files/class_names.h"
#include "data/formats/number_style.h"
#include "data/formats/targets.h"

#include <ATen/ops/tensor.h>

#include <algorithm>
#include <set>
#include <utility>

namespace galen::data {
namespace {

using Names = std::vector<std::string>;

bool has(const Names& names, const std::string& name) { return std::find(names.begin(), names.end(), name) != names.end(); }

bool are_classes(const DatasetDescription& description) { return description.task == "binary" || description.task == "multiclass"; }

std::string kind(const DatasetDescription& description) { return are_classes(description) ? "classes" : "labels"; }

/// Puts classes, or the columns of labels, in the order of `names`, which holds all names there are and perhaps others.
void put_in_order(Source& source, const Names& names) {
  DatasetDescription& description = source.description;
  const Names& known = description.class_names;
  std::vector<std::int64_t> from;  // of each new number the old one
  std::vector<std::int64_t> to(known.size());
  for (const std::string& name : names) {
    const auto old = std::find(known.begin(), known.end(), name) - known.begin();
    if (old < static_cast<std::ptrdiff_t>(known.size())) to[static_cast<std::size_t>(old)] = static_cast<std::int64_t>(from.size());
    from.push_back(old);
  }
  source.targets = are_classes(description) ? at::tensor(to).index_select(0, source.targets)
                                            : source.targets.index_select(1, at::tensor(from)).contiguous();
  description.class_names = names;
}

/// OLD and NEW of each OLD=NEW; empty where `names` are not such pairs. A name may have a = in itself.
std::vector<std::pair<std::string, std::string>> pairs_of(const Names& names, const Names& known) {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const std::string& text : names) {
    if (text.find('=') == std::string::npos) return {};
    const auto old = std::find_if(known.begin(), known.end(), [&](const std::string& name) { return text.starts_with(name + "="); });
    const std::size_t split = old == known.end() ? text.find('=') : old->size();
    pairs.emplace_back(text.substr(0, split), text.substr(split + 1));
  }
  return pairs;
}

void rename(Source& source, const std::vector<std::pair<std::string, std::string>>& pairs) {
  Names& names = source.description.class_names;
  const Names known = names;
  std::set<std::string> renamed;
  for (const auto& [from, to] : pairs) {
    const auto old = std::find(known.begin(), known.end(), from);
    if (old == known.end())
      throw UsageError("--class-names renames {}, but the {} are {}.", from, kind(source.description), fmt::join(known, ", "));
    if (to.empty()) throw UsageError("--class-names gives {} no new name; write {}=NAME.", from, from);
    if (!renamed.insert(from).second) throw UsageError("--class-names renames {} twice.", from);
    names[static_cast<std::size_t>(old - known.begin())] = to;
  }
  if (std::set<std::string>(names.begin(), names.end()).size() < names.size()) {
    throw UsageError("--class-names would leave two {} of one name: {}.", kind(source.description), fmt::join(names, ", "));
  }
}

bool are_numbers(const Names& names) {
  return std::all_of(names.begin(), names.end(), [](const std::string& name) { return parse_number(name).has_value(); });
}

/// Names of classes that have only numbers. 0, 1 … may have more names: a class may happen to have no sample.
bool can_name(const Names& names, const Names& known, const DatasetDescription& description) {
  const bool counted = are_classes(description) && known == numbered_names(static_cast<std::int64_t>(known.size()));
  return are_numbers(known) && (names.size() == known.size() || (counted && names.size() > known.size())) &&
         std::none_of(names.begin(), names.end(), [&](const std::string& name) { return name.empty() || has(known, name); });
}

void name_classes(Source& source, const Names& names) {
  DatasetDescription& description = source.description;
  const Names known = description.class_names;
  if (known.empty() || description.task == "regression")
    throw UsageError("--class-names is for classes and labels, but the targets are no classes.");
  const bool different = std::set<std::string>(names.begin(), names.end()).size() == names.size();
  if (different && names.size() == known.size() && std::is_permutation(names.begin(), names.end(), known.begin())) {
    if (!source.classes_like.empty()) throw UsageError("--like orders the classes; beside it --class-names only renames: OLD=NEW.");
    put_in_order(source, names);
    return;
  }
  const auto pairs = pairs_of(names, known);
  if (!pairs.empty()) {
    rename(source, pairs);
    return;
  }
  if (!different || !can_name(names, known, description)) {
    throw UsageError("--class-names {} does not fit the {} {}: pass all of these in the order wanted, or OLD=NEW for each to rename.",
                     fmt::join(names, ","), kind(description), fmt::join(known, ", "));
  }
  description.class_names = names;
  if (description.task == "binary" && names.size() > 2) description.task = "multiclass";
  source.warnings.push_back(
      fmt::format("The {} {} are named {}, in this order.", kind(description), fmt::join(known, ", "), fmt::join(names, ", ")));
}

void make_positive(Source& source, const std::string& positive) {
  const Names names = source.description.class_names;
  if (!are_classes(source.description) || names.size() != 2) {
    throw UsageError("--positive is for two classes, but the targets are {}.",
                     names.empty() || source.description.task == "regression"
                         ? "no classes"
                         : fmt::format("the {} {}", kind(source.description), fmt::join(names, ", ")));
  }
  if (!has(names, positive)) throw UsageError("--positive {} is none of the classes {}.", positive, fmt::join(names, ", "));
  if (names[0] == positive) put_in_order(source, {names[1], names[0]});
}

void number_like(Source& source, const ImportOptions& options) {
  const std::string& name = options.source;
  DatasetDescription& description = source.description;
  const Names& earlier = source.classes_like;
  if (description.task == "regression") {
    throw Error("{}: has values as targets, but --like has classes: {}.", name, fmt::join(earlier, ", "));
  }
  const Names& known = description.class_names;
  const auto unknown = std::find_if(known.begin(), known.end(), [&](const std::string& label) { return !has(earlier, label); });
  if (unknown != known.end()) {
    throw Error("{}: class {} is none of those of --like: {}; --class-names {}=NAME renames it.", name, *unknown, fmt::join(earlier, ", "),
                *unknown);
  }
  if (!are_classes(description) && known.size() < earlier.size()) {
    throw Error("{}: has the labels {}, but --like has {}.", name, fmt::join(known, ", "), fmt::join(earlier, ", "));
  }
  put_in_order(source, earlier);
  if (are_classes(description)) description.task = class_task(options.task, earlier.size(), name);
}

}  // namespace

void arrange_classes(Source& source, const ImportOptions& options) {
  const Names& names = source.description.class_names;
  const bool like = !source.classes_like.empty();
  if (like && !options.positive.empty()) throw UsageError("--like and --positive both number the classes; leave one of them out.");
  if (!options.class_names.empty()) name_classes(source, options.class_names);
  if (!options.positive.empty()) make_positive(source, options.positive);
  if (like && source.targets.defined()) {
    number_like(source, options);
  } else if (options.positive.empty() && are_classes(source.description) && names.size() == 2 && names_absence(names[1])) {
    source.warnings.push_back(fmt::format("Class 1, '{}', counts as positive; pass --positive NAME to change it.", names[1]));
  }
}

}  // namespace galen::data
