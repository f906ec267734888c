#include "data/files/stored_classes.h"

#include "data/files/class_names.h"
#include "data/files/schema.h"
#include "data/text/spelling.h"
#include "data/text/windows_1252.h"
#include "galen/error.h"

#include <ATen/ops/empty.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

namespace galen::data {

namespace {

constexpr std::size_t kMostShown = 6;

std::string shown(const std::vector<std::string>& names) {
  std::vector<std::string> parts;
  for (std::size_t c = 0; c < std::min(names.size(), kMostShown); ++c) parts.push_back(fmt::format("{} is class {}", names[c], c));
  if (names.size() > kMostShown) parts.push_back(fmt::format("… {} is class {}", names.back(), names.size() - 1));
  return fmt::format("{}", fmt::join(parts, ", "));
}

void check_named(const hdf5::Array& array, std::span<const double> labels, std::size_t names) {
  const double largest = *std::max_element(labels.begin(), labels.end());
  if (largest < static_cast<double>(names)) return;
  throw Error(
      "{} holds {} as its largest label, but there are {} class names. Correct the labels or attribute {}, or for values set attribute {} "
      "= "
      "regression.",
      array.where(), largest, names, schema::kClassNamesAttribute, schema::kTaskAttribute);
}

std::string trimmed(const std::string& text) {
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  return begin == std::string::npos ? std::string() : text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

/// Each different spelling of a text, with the class that it is.
class Spellings {
 public:
  explicit Spellings(const std::vector<std::string>& texts) {
    std::map<std::string, std::map<std::string, std::int64_t>> counts;  // folded → spelling → samples
    for (const std::string& text : texts) ++counts[spelling_key(text)][text];
    for (const auto& [folded, spelled] : counts) {
      const auto most = std::max_element(spelled.begin(), spelled.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
      names_.push_back(trimmed(most->first));
      if (spelled.size() == 1) continue;
      for (const auto& [spelling, samples] : spelled) several_.insert("'" + spelling + "'");
    }
    std::sort(names_.begin(), names_.end());
  }

  const std::vector<std::string>& names() const { return names_; }
  const std::set<std::string>& several() const { return several_; }  ///< spellings of classes that have more than one

 private:
  std::vector<std::string> names_;
  std::set<std::string> several_;
};

}  // namespace

StoredTargets classes_of_numbers(const hdf5::Array& array, std::span<const double> labels, const ClassNumbers& numbers,
                                 std::vector<std::string> names) {
  const bool are_named = !names.empty();
  // -1 beside 1 is a class; beside more it marks what has no label.
  const bool may_be_negative = !are_named && numbers.values.size() == 2;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const double label = labels[i];
    if (label == std::floor(label) && (label >= 0 || may_be_negative)) continue;
    throw Error("{}: sample {} has label {}; class labels are whole numbers from 0. For values set attribute {} = regression.",
                array.where(), i, label, schema::kTaskAttribute);
  }
  if (are_named) {
    check_named(array, labels, names.size());
    StoredTargets targets{TargetKind::kClass, at::empty({array.rows()}, at::kLong), std::move(names)};
    std::transform(labels.begin(), labels.end(), targets.values.mutable_data_ptr<std::int64_t>(),
                   [](double label) { return static_cast<std::int64_t>(label); });
    return targets;
  }
  if (!numbers.values.empty() && numbers.values.back() >= static_cast<double>(kMostClasses)) {
    throw Error("{} holds {} as its largest label, but there are {} classes at most. For values set attribute {} = regression.",
                array.where(), numbers.values.back(), kMostClasses, schema::kTaskAttribute);
  }
  StoredTargets targets{TargetKind::kClass, numbers.classes(labels), numbers.names()};
  targets.named_by_value = true;
  if (!numbers.count_from_zero()) {
    targets.notes.push_back(fmt::format("{}: each number is a class: {}.", array.where(), numbers.mapping()));
  }
  return targets;
}

StoredTargets classes_of_texts(const hdf5::Array& array, std::vector<std::string> names) {
  const std::vector<std::string> texts = as_utf8(array.read_texts());
  const Spellings spellings(texts);
  const bool are_named = !names.empty();
  if (are_named) names = as_utf8(std::move(names));
  const std::vector<std::string>& known = are_named ? names : spellings.names();
  std::map<std::string, std::int64_t> numbers;
  for (const std::string& name : known) numbers.emplace(spelling_key(name), static_cast<std::int64_t>(numbers.size()));
  if (!are_named && known.size() == texts.size() && texts.size() > 2) {
    throw Error("{} holds another text for each sample, so that they are no classes. Name the targets' dataset with data.target.",
                array.where());
  }

  StoredTargets targets{TargetKind::kClass, at::empty({array.rows()}, at::kLong), known};
  targets.named_by_value = !are_named;
  auto* number = targets.values.mutable_data_ptr<std::int64_t>();
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const std::string folded = spelling_key(texts[i]);
    if (folded.empty()) throw Error("{}: sample {} has no class, as its text is empty. Leave such samples out.", array.where(), i);
    const auto found = numbers.find(folded);
    if (found == numbers.end()) {
      throw Error("{}: sample {} has class '{}', which attribute {} does not name: {}.", array.where(), i, texts[i],
                  schema::kClassNamesAttribute, fmt::join(known, ", "));
    }
    number[i] = found->second;
  }
  if (!are_named) targets.notes.push_back(fmt::format("{} holds text, a class for each name: {}.", array.where(), shown(known)));
  if (!spellings.several().empty()) {
    targets.notes.push_back(fmt::format("{}: names that differ by case or blanks alone are one class: {}.", array.where(),
                                        fmt::join(spellings.several(), ", ")));
  }
  return targets;
}

StoredTargets classes_of_one_hot(const hdf5::Array& array, std::span<const double> labels, std::int64_t columns,
                                 std::vector<std::string> names) {
  if (!names.empty() && static_cast<std::int64_t>(names.size()) != columns) {
    throw Error("{} has {} columns, one a class, but attribute {} names {}.", array.where(), columns, schema::kClassNamesAttribute,
                names.size());
  }
  StoredTargets targets{TargetKind::kClass, at::empty({array.rows()}, at::kLong),
                        names.empty() ? numbered_names(columns) : std::move(names)};
  auto* number = targets.values.mutable_data_ptr<std::int64_t>();
  for (std::int64_t i = 0; i < array.rows(); ++i) {
    const auto row = labels.subspan(static_cast<std::size_t>(i * columns), static_cast<std::size_t>(columns));
    number[i] = std::find(row.begin(), row.end(), 1.0) - row.begin();
  }
  targets.notes.push_back(
      fmt::format("{} holds one 1 in each row: column k is class k, of {} classes. task.name = multilabel takes its columns as labels.",
                  array.where(), columns));
  return targets;
}

}  // namespace galen::data
