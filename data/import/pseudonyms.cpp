#include "data/import/pseudonyms.h"

#include "galen/error.h"

#include "data/files/schema.h"
#include "data/formats/source.h"
#include "data/import/pseudonym_key.h"

#include <chrono>
#include <cstdio>
#include <unordered_map>

namespace galen::data {
namespace {

constexpr std::uint64_t kMostDays = 3652;  // that a date moves into the past

}  // namespace

Pseudonyms::Pseudonyms(const PseudonymOptions& options) : keep_(options.identifiers == "keep"), shift_dates_(options.dates == "shift") {
  if (!keep_ && options.identifiers != "pseudonyms") {
    throw UsageError("identifiers {} is unknown; it is pseudonyms or keep.", options.identifiers);
  }
  if (!shift_dates_ && options.dates != "drop") throw UsageError("dates {} is unknown; it is drop or shift.", options.dates);
  if (keep_ && !options.key_file.empty())
    throw UsageError("--identifiers keep makes no pseudonyms, so that --pseudonym-key-file is of no use.");
  if (shift_dates_ && options.key_file.empty()) {
    throw UsageError("--dates shift needs --pseudonym-key-file: how far a patient's dates move is drawn from the key.");
  }
  if (!options.key_file.empty()) key_ = read_pseudonym_key(options.key_file);
}

std::string Pseudonyms::description() const {
  if (keep_) return "kept";
  return key_.empty() ? schema::kNumberedIdentifiers : fmt::format("keyed, by the key {}", hash("fingerprint", "").substr(0, 8));
}

void Pseudonyms::apply(Source& source) const {
  if (keep_) {
    source.study_dates.clear();
    return;
  }
  const std::vector<std::string>& patients = source.group_ids.empty() ? source.sample_ids : source.group_ids;
  if (!shift_dates_ || patients.empty()) source.study_dates.clear();
  for (std::size_t i = 0; i < source.study_dates.size(); ++i) source.study_dates[i] = shift(source.study_dates[i], patients[i]);
  source.group_ids = rename(source.group_ids, 'p');
  source.sample_ids = rename(source.sample_ids, 's');
}

// One purpose's hashes tell nothing of another's.
std::string Pseudonyms::hash(const char* purpose, const std::string& id) const {
  return keyed_hash(key_, fmt::format("galen {}:{}", purpose, id));
}

std::vector<std::string> Pseudonyms::rename(const std::vector<std::string>& ids, char prefix) const {
  std::unordered_map<std::string, std::string> names;
  std::vector<std::string> renamed;
  renamed.reserve(ids.size());
  for (const std::string& id : ids) {
    const auto [known, is_new] = names.try_emplace(id);
    if (is_new) {
      known->second = key_.empty() ? fmt::format("{}{:06}", prefix, names.size())
                                   : fmt::format("{}{}", prefix, hash(prefix == 'p' ? "patient" : "sample", id));
    }
    renamed.push_back(known->second);
  }
  return renamed;
}

std::string Pseudonyms::shift(const std::string& date, const std::string& patient) const {
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  if (date.size() != 8 || std::sscanf(date.c_str(), "%4d%2u%2u", &year, &month, &day) != 3) return "";
  const std::chrono::year_month_day true_date{std::chrono::year(year), std::chrono::month(month), std::chrono::day(day)};
  if (!true_date.ok()) return "";
  const std::uint64_t days = 1 + std::stoull(hash("days", patient).substr(0, 15), nullptr, 16) % kMostDays;
  const std::chrono::year_month_day shifted = std::chrono::sys_days(true_date) - std::chrono::days(days);
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(shifted.year()), static_cast<unsigned>(shifted.month()),
                     static_cast<unsigned>(shifted.day()));
}

}  // namespace galen::data
