#include "data/import/import.h"

#include <fmt/format.h>

#include <algorithm>

namespace galen::data {
namespace {

constexpr std::size_t kMostReported = 20;

}  // namespace

std::string describe(const ImportReport& report) {
  const char* unlabelled = report.masks ? "masks" : "unlabelled";
  std::string text =
      fmt::format("{}: {} samples of {}, {}\n  format  {}\n  split   {}\n", report.file, report.samples,
                  fmt::join(report.sample_shape, " x "), report.task.empty() ? unlabelled : report.task, report.format, report.split);
  for (const std::string& type : report.types) text += fmt::format("  type    {}\n", type);
  std::vector<ClassCount> totals = report.unknown;
  totals.push_back({"samples", report.subsets});
  text += describe(report.classes, totals);
  if (report.masks) text += describe(*report.masks);
  if (report.resumed > 0)
    text += fmt::format("  resumed {} samples were decoded before, by an import that was interrupted\n", report.resumed);
  for (const std::string& warning : report.warnings) text += fmt::format("  note: {}\n", warning);
  if (!report.skipped.empty()) text += fmt::format("  skipped {}:\n    {}\n", report.skipped.size(), first_of(report.skipped, "\n    "));
  return text;
}

std::string first_of(const std::vector<std::string>& sentences, const std::string& separator) {
  const std::size_t shown = std::min(sentences.size(), kMostReported);
  std::string text = fmt::format("{}", fmt::join(sentences.begin(), sentences.begin() + shown, separator));
  if (shown < sentences.size()) text += fmt::format("{}and {} more", separator, sentences.size() - shown);
  return text;
}

}  // namespace galen::data
