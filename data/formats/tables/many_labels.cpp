#include "data/formats/tables/many_labels.h"

#include "data/files/class_names.h"
#include "data/formats/spellings.h"
#include "data/text/spelling.h"
#include "galen/error.h"

#include <ATen/core/TensorAccessor.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace galen::data {
namespace {

constexpr std::array kSeparators = {'|', ';', ','};
constexpr std::size_t kMostLabels = 1000;
constexpr std::size_t kLongestLabel = 60;  // bytes; longer parts are sentences

void strip(std::string& text, char open, char close) {
  if (text.size() < 2 || text.front() != open || text.back() != close) return;
  text = tidy_name(text.substr(1, text.size() - 2));
}

/// What cells look like where one separator is taken to stand between labels.
class Reading {
 public:
  Reading(const std::map<std::string, std::int64_t>& cells, char separator) {
    for (const auto& [cell, count] : cells) {
      std::set<std::string> different;
      for (const std::string& label : labels_in(cell, separator)) different.insert(spelling_key(label));
      for (const std::string& label : different) {
        Label& seen = labels_[label];
        seen.cells += count;
        ++seen.combinations;
        seen.combined = seen.combined || different.size() > 1;
        longest_ = std::max(longest_, label.size());
      }
      combined_ += different.size() > 1 ? count : 0;
      readings_.emplace_back(different, count);
    }
  }

  bool any_combined() const { return combined_ > 0; }

  /// Whether the labels of most cells come in other cells too, those of cells with several labels above all.
  bool repeats() const {
    if (labels_.size() > kMostLabels || longest_ > kLongestLabel) return false;
    std::int64_t cells = 0;
    std::int64_t repeated = 0;
    std::int64_t repeated_combined = 0;
    for (const auto& [labels, count] : readings_) {
      const bool all = std::all_of(labels.begin(), labels.end(), [&](const std::string& label) { return labels_.at(label).cells > 1; });
      cells += count;
      repeated += all ? count : 0;
      repeated_combined += all && labels.size() > 1 ? count : 0;
    }
    return 2 * repeated > cells && 2 * repeated_combined > combined_;
  }

  /// Whether most labels that come beside others come in several combinations: those of "carcinoma, ductal" do not.
  bool mixes() const {
    std::int64_t combined = 0;
    std::int64_t mixed = 0;
    for (const auto& [name, label] : labels_) {
      combined += label.combined;
      mixed += label.combined && label.combinations > 1;
    }
    return 2 * mixed > combined;
  }

 private:
  struct Label {
    std::int64_t cells = 0;
    std::int64_t combinations = 0;
    bool combined = false;
  };
  std::map<std::string, Label> labels_;
  std::vector<std::pair<std::set<std::string>, std::int64_t>> readings_;
  std::int64_t combined_ = 0;
  std::size_t longest_ = 0;
};

std::optional<char> given_separator(const std::string& option) {
  if (option == "none") return std::nullopt;
  if (option == "tab") return '\t';
  if (option.size() == 1) return option.front();
  throw UsageError("the label separator {} is neither one character nor tab, none or auto.", option);
}

/// Labels that say that there is none, and never stand beside another.
std::vector<std::string> names_of_nothing(const std::vector<std::vector<std::string>>& cells) {
  std::set<std::string> alone;
  std::set<std::string> beside;
  for (const auto& labels : cells) {
    for (const std::string& label : labels) {
      if (names_absence(label) || spelling_key(label) == "none") (labels.size() == 1 ? alone : beside).insert(label);
    }
  }
  std::vector<std::string> names;
  std::set_difference(alone.begin(), alone.end(), beside.begin(), beside.end(), std::back_inserter(names));
  return names;
}

}  // namespace

std::vector<std::string> labels_in(const std::string& cell, char separator) {
  std::string list = tidy_name(cell);
  strip(list, '[', ']');
  std::vector<std::string> labels;
  for (std::size_t begin = 0; begin <= list.size();) {
    const std::size_t end = std::min(list.find(separator, begin), list.size());
    std::string label = tidy_name(list.substr(begin, end - begin));
    strip(label, '\'', '\'');
    strip(label, '"', '"');
    if (!label.empty()) labels.push_back(std::move(label));
    begin = end + 1;
  }
  return labels;
}

std::optional<char> find_label_separator(const std::vector<std::string>& cells, const std::string& option, const std::string& what,
                                         std::vector<std::string>& notes) {
  if (option != "auto") return given_separator(option);
  std::map<std::string, std::int64_t> counts;
  for (const std::string& cell : cells) ++counts[cell];
  std::optional<char> doubtful;
  for (const char separator : kSeparators) {
    const Reading reading(counts, separator);
    if (!reading.any_combined()) continue;
    if (reading.repeats() && (separator != ',' || reading.mixes())) {
      notes.push_back(
          fmt::format("{}: cells hold several labels with {} between them, so the task is multilabel; --label-separator none "
                      "if each different cell is a class of its own.",
                      what, separator));
      return separator;
    }
    if (!doubtful) doubtful = separator;
  }
  if (doubtful) {
    notes.push_back(
        fmt::format("{}: each different cell is a class, though some hold {}; --label-separator '{}' if it stands between "
                    "several labels of a sample.",
                    what, *doubtful, *doubtful));
  }
  return std::nullopt;
}

std::optional<char> find_separator_of_labels(const std::vector<std::string>& cells, const std::string& option,
                                             const std::vector<std::string>& known) {
  if (option != "auto") return given_separator(option);
  std::set<std::string> keys;
  for (const std::string& label : known) keys.insert(spelling_key(label));
  const auto splits_at = [&](char separator) {
    return std::any_of(cells.begin(), cells.end(), [&](const std::string& cell) { return labels_in(cell, separator).size() > 1; }) &&
           (known.empty() || std::all_of(cells.begin(), cells.end(), [&](const std::string& cell) {
              const auto labels = labels_in(cell, separator);
              return std::all_of(labels.begin(), labels.end(), [&](const auto& label) { return keys.contains(spelling_key(label)); });
            }));
  };
  const auto* found = std::find_if(kSeparators.begin(), kSeparators.end(), splits_at);
  return found == kSeparators.end() ? std::nullopt : std::optional(*found);
}

Targets targets_from_labels(const std::vector<std::string>& cells, char separator, const std::vector<std::string>& known,
                            const std::string& what) {
  Targets targets;
  targets.task = "multilabel";
  std::vector<std::vector<std::string>> labels;
  std::vector<std::string> all;
  for (const std::string& cell : cells) {
    labels.push_back(labels_in(cell, separator));
    all.insert(all.end(), labels.back().begin(), labels.back().end());
  }
  all = join_spellings(std::move(all), known, what, targets.notes);
  auto next = all.begin();
  for (auto& of_cell : labels) {
    for (std::string& label : of_cell) label = *next++;
  }

  std::map<std::string, std::int64_t> numbers;
  for (const std::string& label : all) numbers[label] = 0;
  targets.names = known;
  if (known.empty()) {
    for (const auto& [name, number] : numbers) targets.names.push_back(name);
  }
  if (targets.names.size() > kMostLabels)
    throw Error("{}: holds {} different labels, which is more than {}.", what, targets.names.size(), kMostLabels);
  for (std::size_t k = 0; k < targets.names.size(); ++k) {
    if (const auto found = numbers.find(targets.names[k]); found != numbers.end()) found->second = static_cast<std::int64_t>(k);
  }
  targets.values = at::zeros({static_cast<std::int64_t>(cells.size()), static_cast<std::int64_t>(targets.names.size())}, at::kFloat);
  auto values = targets.values.accessor<float, 2>();
  for (std::size_t i = 0; i < labels.size(); ++i) {
    for (const std::string& label : labels[i]) {
      const std::int64_t k = numbers.at(label);
      if (targets.names[static_cast<std::size_t>(k)] != label)
        throw Error("{}: \"{}\" is none of the labels {}.", what, label, fmt::join(targets.names, ", "));
      values[static_cast<std::int64_t>(i)][k] = 1;
    }
  }
  for (const std::string& name : names_of_nothing(labels))
    targets.notes.push_back(fmt::format("{}: \"{}\" comes alone only; it is a label like the others.", what, name));
  return targets;
}

}  // namespace galen::data
