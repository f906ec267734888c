#include "data/import/import.h"

#include "data/formats/first_of.h"

#include <fmt/format.h>

namespace galen::data {

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

}  // namespace galen::data
