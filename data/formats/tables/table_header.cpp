#include "data/formats/tables/table_header.h"

#include "data/formats/number_style.h"
#include "data/formats/tables/csv_reader.h"
#include "data/formats/tables/date_cell.h"
#include "data/formats/tables/table_cell.h"
#include "galen/error.h"

#include <algorithm>
#include <array>
#include <set>

namespace galen::data {
namespace {

enum class Header { kFull, kPartial, kNone };

/// Whether a line holds numbers and missing values, nothing that could be a name.
bool is_data(const std::vector<std::string>& line, const MissingValue& missing) {
  return std::all_of(line.begin(), line.end(),
                     [&](const std::string& cell) { return missing(cell) || missing.perhaps(cell) || is_number(cell) || is_date(cell); });
}

/// `line`: the number of the first one.
Header choose_header(const std::string& file, const std::vector<std::string>& first_line, std::int64_t line, std::size_t width,
                     const TableOptions& options, std::vector<std::string>& notes) {
  static constexpr std::array kHeaders = {"auto", "full", "partial", "none"};
  if (std::find(kHeaders.begin(), kHeaders.end(), options.header) == kHeaders.end()) {
    throw UsageError("header {} is unknown; it is one of {}.", options.header, fmt::join(kHeaders, ", "));
  }
  if (options.header == "none") return Header::kNone;
  const bool data = is_data(first_line, MissingValue(options.missing));
  if (options.header == "auto" && data && first_line.size() == width) {
    notes.push_back(fmt::format("Line {} holds no names, so it was taken for data; --header full if it names the columns.", line));
    return Header::kNone;
  }
  if (data) throw Error("{}: line {} holds numbers, no names; if the file has no header, pass --header none.", file, line);
  const auto fraction = std::find_if(first_line.begin(), first_line.end(),
                                     [](const std::string& cell) { return cell.find('.') != std::string::npos && parse_number(cell); });
  if (options.header == "auto" && options.columns.empty() && fraction != first_line.end()) {
    throw Error("{}: line {} holds {}, a number more than a name; pass --header none if it is data, --header full if it names the columns.",
                file, line, *fraction);
  }
  if (options.header == "partial") return Header::kPartial;
  if (options.header == "auto" && first_line.size() + 1 < width) {
    notes.push_back(
        fmt::format("Line {} names {} of {} columns, taken for the first ones; --columns to name all.", line, first_line.size(), width));
    return Header::kPartial;
  }
  return Header::kFull;
}

/// Whether each of the first rows, of which there are at least two, begins with another name, or a count from 1.
bool begins_with_names(const std::string& file, char delimiter) {
  constexpr std::size_t kRowsLookedAt = 50;
  CsvReader reader(file, delimiter);
  std::vector<std::string> cells;
  std::set<std::string> seen;
  std::size_t rows = 0;
  std::size_t counted = 0;
  std::size_t texts = 0;
  reader.next(cells);
  while (rows < kRowsLookedAt && reader.next(cells)) {
    if (is_blank(cells[0]) || !seen.insert(cells[0]).second) return false;
    counted += cells[0] == std::to_string(++rows);
    texts += !is_number(cells[0]);
  }
  return rows > 1 && (counted == rows || texts == rows);
}

std::vector<std::string> complete(const std::string& file, std::vector<std::string> names, std::size_t width) {
  names.resize(width);
  std::set<std::string> seen;
  for (std::size_t i = 0; i < width; ++i) {
    if (names[i].empty()) names[i] = fmt::format("column_{}", i + 1);
    if (!seen.insert(names[i]).second) {
      throw Error("{}: two columns are named {}; name all of them with --columns, or pass --header none if its first line is data.", file,
                  names[i]);
    }
  }
  return names;
}

}  // namespace

TableHeader read_header(const std::string& file, char delimiter, const TableOptions& options, std::vector<std::string>& notes) {
  CsvReader reader(file, delimiter);
  std::vector<std::string> first_line;
  std::vector<std::string> second_line;
  if (!reader.next(first_line)) throw Error("{}: holds no rows.", file);
  const std::int64_t line = reader.line();
  const bool has_second_line = reader.next(second_line);
  const std::size_t width = has_second_line ? second_line.size() : first_line.size();
  const Header header = choose_header(file, first_line, line, width, options, notes);
  if (header != Header::kNone && !has_second_line) throw Error("{}: holds no rows.", file);

  std::vector<std::string> names;
  if (header != Header::kNone) names = first_line;
  const bool row_names =
      header == Header::kFull && options.columns.empty() && names.size() + 1 == width && begins_with_names(file, delimiter);
  if (row_names) {
    names.insert(names.begin(), "");
    notes.push_back(fmt::format("Line {} names all columns but the first, which holds names of rows, as R writes them.", line));
  }
  if (header == Header::kFull && names.size() != width) {
    throw Error(
        "{}: line {} names {} columns, but the next line has {} cells; pass --header partial if the first line names only the first "
        "columns, --header none if it is data, --columns to name all.",
        file, line, names.size(), width);
  }
  if (names.size() > width) throw Error("{}: line {} names {} columns, but the next line has {} cells.", file, line, names.size(), width);
  if (!options.columns.empty()) {
    names = options.columns;
    if (names.size() != width) throw UsageError("--columns has {} names, but {} has {} columns.", names.size(), file, width);
  }
  const bool unnamed = header == Header::kFull && options.columns.empty() && width > 1 && names[0].empty() && !names[1].empty();
  return {complete(file, std::move(names), width), header == Header::kNone, unnamed};
}

}  // namespace galen::data
