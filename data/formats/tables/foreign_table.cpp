#include "data/formats/tables/foreign_table.h"

#include "data/formats/gzip_file.h"
#include "galen/lower_case.h"

#include <fmt/format.h>

#include <array>
#include <filesystem>
#include <string_view>

namespace galen::data {
namespace {

using std::string_view_literals::operator""sv;

constexpr std::size_t kFirstBytes = 4096;
constexpr char kPandas[] = "in Python: pandas.{}(\"FILE\").to_csv(\"FILE.csv\", index=False)";

struct Magic {
  std::string_view start;
  const char* what;
  const char* reader;  // of pandas; null: another way
};
constexpr std::array kMagics = {
    Magic{"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"sv, "an Excel workbook (.xls)", "read_excel"},
    Magic{"PAR1"sv, "a Parquet table", "read_parquet"},
    Magic{"ARROW1"sv, "an Arrow table", "read_feather"},
    Magic{"FEA1"sv, "a Feather table", "read_feather"},
    Magic{"\0\0\0\0\0\0\0\0\0\0\0\0\xC2\xEA\x81\x60\xB3\x14\x11\xCF"sv, "a SAS table (.sas7bdat)", "read_sas"},
    Magic{"HEADER RECORD*******LIB"sv, "a SAS transport file (.xpt)", "read_sas"},
    Magic{"$FL2"sv, "an SPSS table (.sav)", "read_spss"},
    Magic{"$FL3"sv, "an SPSS table (.zsav)", "read_spss"},
    Magic{"<stata_dta>"sv, "a Stata table (.dta)", "read_stata"},
    Magic{"\x80\x03"sv, "a Python pickle", "read_pickle"},
    Magic{"\x80\x04\x95"sv, "a Python pickle", "read_pickle"},
    Magic{"\x80\x05\x95"sv, "a Python pickle", "read_pickle"},
    Magic{"SQLite format 3"sv, "an SQLite database", nullptr},
    Magic{"RDX2\n"sv, "R's data", nullptr},
    Magic{"RDX3\n"sv, "R's data", nullptr},
    Magic{"X\n\0\0\0"sv, "R's data (.rds)", nullptr},
};

std::string sentence(const std::string& what, const char* reader) {
  return fmt::format("is {}; save the table as CSV{}.", what, reader == nullptr ? "" : ", " + fmt::format(fmt::runtime(kPandas), reader));
}

/// The first line that is neither empty nor a comment of ARFF, in small letters.
std::string first_statement(const std::string& start) {
  for (std::size_t begin = 0; begin < start.size();) {
    const std::size_t end = std::min(start.find_first_of("\r\n", begin), start.size());
    const std::size_t first = start.find_first_not_of(" \t", begin);
    if (first < end && start[first] != '%') return lower_case(start.substr(first, end - first));
    begin = end + 1;
  }
  return "";
}

}  // namespace

std::string foreign_table(const std::string& path) {
  if (!std::filesystem::is_regular_file(path)) return "";
  std::string start = peek(path, kFirstBytes);
  if (start.starts_with("PK\x03\x04")) {
    if (start.find("mimetypeapplication/vnd.oasis.opendocument.spreadsheet") != std::string::npos)
      return sentence("an OpenDocument spreadsheet (.ods)", "read_excel");
    const std::string extension = lower_case(std::filesystem::path(path).extension());
    if (start.find("[Content_Types].xml") != std::string::npos || start.find("xl/") != std::string::npos || extension == ".xlsx")
      return sentence("an Excel workbook (.xlsx)", "read_excel");
    return "";
  }
  for (const Magic& magic : kMagics) {
    if (start.starts_with(magic.start)) return sentence(magic.what, magic.reader);
  }
  if (start.starts_with("\xEF\xBB\xBF")) start.erase(0, 3);
  const std::string statement = first_statement(start);
  if (statement.starts_with("@relation")) return sentence("a table of Weka (ARFF)", nullptr);
  if (statement.starts_with("<?xml") || statement.starts_with("<html") || statement.starts_with("<!doctype") ||
      statement.starts_with("<table"))
    return sentence("XML or HTML", nullptr);
  if (statement.starts_with("{\"") || statement.starts_with("[{") || statement.starts_with("[[") || statement == "{" || statement == "[")
    return sentence("JSON", "read_json");
  return "";
}

}  // namespace galen::data
