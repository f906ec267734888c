#include "trainer/evaluation/report.h"

#include "galen/utf8.h"
#include "trainer/tasks/gaps.h"

#include <ATen/core/TensorAccessor.h>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>
#include <tuple>
#include <utility>

namespace galen::trainer {
namespace {

using Row = std::vector<std::string>;

constexpr std::int64_t kNameWidth = 28;
constexpr std::int64_t kMetricWidth = 56;  // mean_absolute_error.TARGET, which must not end before the target
constexpr std::int64_t kLineWidth = 100;
constexpr std::size_t kLargestMatrix = 16;  // classes
constexpr std::size_t kMistakesShown = 10;

std::string shortened(std::string text, std::int64_t most = kNameWidth) {
  if (count_characters(text) <= most) return text;
  while (count_characters(text) >= most) text.pop_back();
  return text + "…";
}

// The first column is aligned left, the others right.
std::string aligned(const std::vector<Row>& rows) {
  std::vector<std::int64_t> widths(rows.front().size());
  for (const Row& row : rows) {
    for (std::size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], count_characters(row[c]));
  }
  std::string text;
  for (const Row& row : rows) {
    text += fmt::format("{:<{}}", row[0], widths[0]);
    for (std::size_t c = 1; c < row.size(); ++c) text += fmt::format("  {:>{}}", row[c], widths[c]);
    text += '\n';
  }
  return text;
}

std::string shown_number(double value) {
  if (std::isnan(value)) return "undefined";
  const double size = std::abs(value);
  return size == 0 || (size >= 1e-3 && size < 1e5) ? fmt::format("{:.4f}", value) : fmt::format("{:.3e}", value);
}

std::string metric_table(const Report& report) {
  std::vector<Row> rows = {{"metric", "value", "95 % interval"}};
  for (const Estimate& metric : report.metrics) {
    const bool known = !std::isnan(metric.low) && !std::isnan(metric.high);
    rows.push_back({shortened(metric.name, kMetricWidth), shown_number(metric.value),
                    known ? fmt::format("{} – {}", shown_number(metric.low), shown_number(metric.high)) : "–"});
  }
  return aligned(rows);
}

// The methods of intervals, each with its metrics.
std::string methods(const Report& report) {
  std::vector<std::pair<Method, std::vector<std::string>>> found;
  for (const Estimate& metric : report.metrics) {
    if (metric.method == Method::kNone) continue;
    const auto known = std::find_if(found.begin(), found.end(), [&](const auto& each) { return each.first == metric.method; });
    (known == found.end() ? found.emplace_back(metric.method, std::vector<std::string>()) : *known).second.push_back(metric.name);
  }
  std::string text;
  for (const auto& [method, names] : found) text += fmt::format("interval of {}: {}\n", listed(names), describe(method));
  return text;
}

// A predictive value is valid only for the mix of cases in which it was measured.
std::string mix_of_cases(const Report& report) {
  std::string text;
  const auto has = [&](std::string_view name) {
    return std::any_of(report.metrics.begin(), report.metrics.end(), [&](const Estimate& metric) { return metric.name == name; });
  };
  if (has("ppv") && report.confusion.defined()) {
    const auto cell = report.confusion.accessor<std::int64_t, 2>();
    const double share = static_cast<double>(cell[1][0] + cell[1][1]) / static_cast<double>(report.samples);
    text += fmt::format(
        "ppv and npv are those of these samples, {:.3g} % of which are {}; galen evaluate --prevalence gives them for another share\n",
        100 * share, shortened(report.positive_class));
  }
  if (report.prevalence) {
    text += fmt::format("at prevalence: where {:.3g} % of all are {}\n", 100 * *report.prevalence, shortened(report.positive_class));
  }
  return text;
}

std::string confusion_table(const Report& report, const Row& row_heads, const Row& column_heads) {
  const auto cell = report.confusion.accessor<std::int64_t, 2>();
  std::vector<Row> rows = {{"true \\ predicted"}};
  rows.front().insert(rows.front().end(), column_heads.begin(), column_heads.end());
  for (std::int64_t r = 0; r < cell.size(0); ++r) {
    rows.push_back({row_heads[static_cast<std::size_t>(r)]});
    for (std::int64_t c = 0; c < cell.size(1); ++c) rows.back().push_back(std::to_string(cell[r][c]));
  }
  return aligned(rows);
}

// Columns are headed by the classes' names, or by their numbers if names make the lines too long.
std::string confusion_table(const Report& report) {
  Row names, numbers, numbered_names;
  for (const std::string& name : report.class_names) {
    names.push_back(shortened(name));
    numbers.push_back(std::to_string(numbers.size()));
    numbered_names.push_back(numbers.back() + " " + names.back());
  }
  const std::string text = confusion_table(report, names, names);
  return count_characters(text.substr(0, text.find('\n'))) <= kLineWidth ? text : confusion_table(report, numbered_names, numbers);
}

// Shown if there are too many classes for a matrix.
std::string worst_mistakes(const Report& report) {
  const auto cell = report.confusion.accessor<std::int64_t, 2>();
  std::vector<std::tuple<std::int64_t, std::int64_t, std::int64_t>> mistakes;  // -times, true, predicted
  for (std::int64_t r = 0; r < cell.size(0); ++r) {
    for (std::int64_t c = 0; c < cell.size(1); ++c) {
      if (r != c && cell[r][c] > 0) mistakes.emplace_back(-cell[r][c], r, c);
    }
  }
  if (mistakes.empty()) return "no class was mistaken for another\n";
  std::sort(mistakes.begin(), mistakes.end());
  mistakes.resize(std::min(mistakes.size(), kMistakesShown));
  std::string text = "most frequent mistakes\n";
  for (const auto& [times, truth, predicted] : mistakes) {
    text += fmt::format("{:>8}  {} taken for {}\n", -times, shortened(report.class_names[static_cast<std::size_t>(truth)]),
                        shortened(report.class_names[static_cast<std::size_t>(predicted)]));
  }
  return text;
}

std::string counted(std::int64_t count, std::string_view what) { return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s"); }

}  // namespace

std::string describe(const Report& report) {
  if (report.samples == 0) return "no samples to evaluate\n";
  const std::string positive = report.positive_class.empty() ? "" : fmt::format("; positive: {}", shortened(report.positive_class));
  const std::string patients = report.patients ? " of " + counted(*report.patients, "patient") : ", patients unknown";
  std::string metrics = fmt::format("{}over {}{}{}\n", metric_table(report), counted(report.samples, "sample"), patients, positive);
  metrics += methods(report) + mix_of_cases(report);
  for (const std::string& note : report.notes) metrics += "note: " + note + "\n";
  if (!report.confusion.defined()) return metrics;
  return metrics + "\n" + (report.class_names.size() <= kLargestMatrix ? confusion_table(report) : worst_mistakes(report));
}

}  // namespace galen::trainer
