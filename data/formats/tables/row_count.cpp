#include "data/formats/tables/row_count.h"

#include "data/formats/tables/column_name.h"
#include "galen/splitmix64.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace galen::data {
namespace {

constexpr std::int64_t kFewestCounted = 10;
constexpr std::int64_t kFewestSorted = 20;
constexpr double kMostRange = 1.25;     // of the numbers, in rows: one in five left out
constexpr double kLargest = 1LL << 53;  // beyond, not each whole number is one of double precision

std::uint64_t hash(double number) { return splitmix64(static_cast<std::uint64_t>(static_cast<std::int64_t>(number))); }

}  // namespace

void RowCount::add(std::optional<double> number, std::int64_t row) {
  ++rows_;
  complete_ = complete_ && number.has_value();
  if (!complete_) return;
  whole_ = whole_ && *number == std::floor(*number) && std::abs(*number) < kLargest;
  if (rows_ == 1) {
    first_ = smallest_ = largest_ = *number;
    first_row_ = row;
  } else {
    ups_ += *number > last_;
    downs_ += *number < last_;
    unique_ = unique_ && *number != last_;
    const auto steps = static_cast<double>(row - first_row_);
    counts_up_ = counts_up_ && *number == first_ + steps;
    counts_down_ = counts_down_ && *number == first_ - steps;
    smallest_ = std::min(smallest_, *number);
    largest_ = std::max(largest_, *number);
  }
  last_ = *number;
  if (!whole_) return;
  hashes_ += hash(*number);
  if (named_) unique_ = seen_.insert(static_cast<std::int64_t>(*number)).second && unique_;
}

bool RowCount::numbers_rows() const {
  if (rows_ < 2 || !complete_ || !whole_ || !unique_) return false;
  if (named_) return true;
  if (rows_ >= kFewestCounted && (counts_up_ || counts_down_)) return true;
  if (rows_ < kFewestSorted) return false;
  const double range = largest_ - smallest_ + 1;
  if (ups_ == 0 || downs_ == 0) return range <= kMostRange * static_cast<double>(rows_);
  if (range != static_cast<double>(rows_)) return false;
  std::uint64_t each_once = 0;
  for (double number = smallest_; number <= largest_; ++number) each_once += hash(number);
  return hashes_ == each_once;
}

bool RowCount::sorts_rows() const { return rows_ >= kFewestSorted && complete_ && unique_ && (ups_ == 0 || downs_ == 0); }

bool tells_row_number(const std::string& name) {
  static const std::set<std::string> kNames = {"rownames",
                                               "row_names",
                                               "rowname",
                                               "row_name",
                                               "row",
                                               "rows",
                                               "row_id",
                                               "rowid",
                                               "row_no",
                                               "row_nr",
                                               "row_num",
                                               "row_number",
                                               "rownumber",
                                               "index",
                                               "idx",
                                               "index_0",
                                               "obs",
                                               "obs_no",
                                               "obs_number",
                                               "observation",
                                               "observation_no",
                                               "observation_number",
                                               "level_0",
                                               "nr",
                                               "no",
                                               "number",
                                               "num",
                                               "seq",
                                               "sequence_number",
                                               "record",
                                               "record_no",
                                               "record_number",
                                               "counter",
                                               "line",
                                               "line_no",
                                               "line_number",
                                               "zeile",
                                               "lfd_nr",
                                               "sno",
                                               "s_no",
                                               "sl_no",
                                               "sr_no"};
  const std::string key = column_key(name);
  return name == "#" || key.starts_with("unnamed") || kNames.contains(key);
}

bool tells_measurement(const std::string& name) {
  static const std::set<std::string> kWords = {
      "age", "alter", "dose", "weight", "height",        "length",   "width",    "size",        "volume", "area",  "depth",
      "bmi", "score", "rate", "level",  "concentration", "pressure", "duration", "temperature", "count",  "ratio", "glucose"};
  const std::vector<std::string> words = column_words(name);
  return std::any_of(words.begin(), words.end(), [](const std::string& word) { return kWords.contains(word); });
}

}  // namespace galen::data
