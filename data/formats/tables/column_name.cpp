#include "data/formats/tables/column_name.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <set>
#include <utility>

namespace galen::data {
namespace {

using Words = std::set<std::string>;

bool is_upper(char c) { return std::isupper(static_cast<unsigned char>(c)) != 0; }
bool is_lower(char c) { return std::islower(static_cast<unsigned char>(c)) != 0; }
bool is_ascii_digit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }
bool is_part_of_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || (static_cast<unsigned char>(c) & 0x80) != 0; }

/// Mean an identity wherever they stand in a name.
const Words kIdentities = {
    // names
    "surname", "forename", "firstname", "lastname", "fullname", "middlename", "nickname", "patientname", "username", "initials", "vorname",
    "nachname", "nom", "prenom", "apellido", "apellidos",
    // numbers
    "mrn", "ssn", "nhs", "insurance", "beneficiary", "policy", "accession", "account", "passport", "license", "licence", "certificate",
    "barcode", "patientid", "subjectid", "guid", "uuid", "uid", "versicherung", "versicherungsnummer", "patientennummer",
    // places, and ways to reach somebody
    "address", "addr", "adresse", "street", "strasse", "straße", "city", "town", "village", "county", "zip", "zipcode", "postcode",
    "postal", "plz", "wohnort", "phone", "phonenumber", "telephone", "tel", "telefon", "telefonnummer", "cellphone", "fax", "pager",
    "email", "mail", "url", "website",
    // days
    "dob", "birthdate", "birthday", "dateofbirth", "birthplace", "geburtsdatum", "geburtstag", "geburtsort", "naissance", "nacimiento",
    // others who can be known
    "physician", "doctor", "surgeon", "clinician", "radiologist", "referrer", "arzt"};

/// Which beside words of kIdentities, or birth, make a measurement of a name: birth_weight, phone_calls_count, insurance_type.
const Words kMeasurements = {"weight", "length",  "height",        "size",     "order",     "type",       "mode",  "status",
                             "count",  "counts",  "rate",          "score",    "grade",     "stage",      "flag",  "class",
                             "level",  "weeks",   "circumference", "category", "term",      "preterm",    "apgar", "visits",
                             "trauma", "control", "live",          "head",     "gestation", "gestational"};

/// Which have names, and are no people.
const Words kThings = {"drug",      "medication", "medicine", "substance", "generic",  "brand",   "product",   "treatment", "therapy",
                       "procedure", "test",       "lab",      "assay",     "analyte",  "gene",    "protein",   "variant",   "antibody",
                       "cell",      "tumor",      "tumour",   "organ",     "tissue",   "disease", "diagnosis", "class",     "category",
                       "label",     "feature",    "species",  "device",    "sequence", "model",   "item",      "code"};

/// Which have numbers of their own.
const Words kRecords = {"patient", "pt",       "pat",       "subject",   "person", "participant", "member",  "record", "chart",
                        "case",    "hospital", "encounter", "admission", "file",   "study",       "medical", "health", "social"};

/// Which end the name of a number that tells somebody.
const Words kNumbers = {"id", "ids", "identifier", "no", "nr", "number", "nummer"};
const Words kNumbersOfRecords = {"num", "key", "code"};

/// Mean an identity where they are the whole name.
const Words kWhole = {"name",   "names",   "patient", "subject", "participant", "person", "birth",
                      "mobile", "contact", "id",      "no",      "nr",          "number"};

/// Two words that together mean an identity.
constexpr std::pair<const char*, const char*> kNamePairs[] = {{"social", "security"}, {"emergency", "contact"}, {"next", "kin"}};

bool any(const std::vector<std::string>& words, const Words& known) {
  return std::any_of(words.begin(), words.end(), [&](const std::string& word) { return known.count(word) > 0; });
}

/// `words`: without numbers.
bool is_number_of_somebody(const std::vector<std::string>& words, bool ends_with_number) {
  const std::string& last = words.back();
  if (last == "no" && (ends_with_number || any(words, {"yes"}))) return false;  // NO2, smoker_yes_no
  if (kNumbers.count(last) > 0) return true;
  return kNumbersOfRecords.count(last) > 0 && any(words, kRecords);
}

}  // namespace

std::vector<std::string> column_words(const std::string& name) {
  std::vector<std::string> words;
  bool inside = false;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    if (!is_part_of_word(c)) {
      inside = false;
      continue;
    }
    const char before = i > 0 ? name[i - 1] : ' ';
    const char behind = i + 1 < name.size() ? name[i + 1] : ' ';
    const bool hump = is_upper(c) && (is_lower(before) || (is_upper(before) && is_lower(behind)));  // patientID, MRNumber
    const bool numbered = inside && is_ascii_digit(c) != is_ascii_digit(before);
    if (!inside || hump || numbered) words.emplace_back();
    words.back() += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    inside = true;
  }
  return words;
}

std::string column_key(const std::string& name) { return fmt::format("{}", fmt::join(column_words(name), "_")); }

bool tells_identity(const std::string& name) {
  std::vector<std::string> words = column_words(name);
  if (words.size() == 1 && kWhole.count(words.front()) > 0) return true;
  const bool ends_with_number = !words.empty() && is_ascii_digit(words.back().front());
  std::erase_if(words, [](const std::string& word) { return is_ascii_digit(word.front()); });  // phone 2
  if (words.empty()) return false;
  if (is_number_of_somebody(words, ends_with_number)) return true;
  if (any(words, {"name", "names"})) return !any(words, kThings);
  if (any(words, {"birth"})) return !any(words, kMeasurements);
  for (const auto& [one, other] : kNamePairs) {
    if (any(words, {one}) && any(words, {other})) return true;
  }
  return any(words, kIdentities) && !any(words, kMeasurements);
}

bool tells_date(const std::string& name) {
  const std::vector<std::string> words = column_words(name);
  const Words durations = {"days", "weeks", "months", "years", "hours", "interval", "since", "until", "to"};
  return any(words, {"date", "dates", "datetime", "timestamp", "datum"}) && !any(words, durations);
}

}  // namespace galen::data
