#include "data/files/sample_metadata.h"

#include "data/files/schema.h"
#include "data/text/windows_1252.h"
#include "galen/error.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace galen::data {

namespace {

bool has(const hdf5::File& file, const std::string& name, const std::string& option) { return !option.empty() || file.has(name); }

void check_one_a_sample(const hdf5::Array& array) {
  if (array.row_elements() == 1) return;
  throw Error("{} has shape [{}]; it must be [N].", array.where(), fmt::join(array.shape(), ", "));
}

// Whole numbers of any type: tables often end up as floating point.
std::vector<std::int64_t> whole_numbers(const hdf5::Array& array) {
  if (array.type().kind == hdf5::Kind::kInteger) return array.read_all<std::int64_t>();
  std::vector<std::int64_t> numbers;
  for (const double number : array.read_all<double>()) {
    if (number != std::floor(number) || std::abs(number) > 9e15) {
      throw Error("{}: sample {} has {}; it must hold text or whole numbers.", array.where(), numbers.size(), number);
    }
    numbers.push_back(static_cast<std::int64_t>(number));
  }
  return numbers;
}

// Names of samples or patients, as text; nothing where the file has no such array.
std::vector<std::string> read_names(const hdf5::File& file, const std::string& name, const std::string& option) {
  if (!has(file, name, option)) return {};
  const hdf5::Array array = file.array(name);
  check_one_a_sample(array);
  std::vector<std::string> names;
  if (array.type().kind == hdf5::Kind::kString) {
    names = as_utf8(array.read_texts());
    const auto empty = std::find(names.begin(), names.end(), "");
    if (!option.empty() && empty != names.end()) {
      throw Error("{}: sample {} has none, as its text is empty. Leave such samples out, or give each an id.", array.where(),
                  empty - names.begin());
    }
    return names;
  }
  if (array.type().kind != hdf5::Kind::kInteger && array.type().kind != hdf5::Kind::kFloat) {
    throw Error("{} holds {}; it must hold text or whole numbers.", array.where(), to_string(array.type()));
  }
  for (const std::int64_t number : whole_numbers(array)) names.push_back(std::to_string(number));
  return names;
}

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return text;
}

Subset subset_of(const std::string& text, const hdf5::Array& array, std::size_t sample) {
  std::string word = lower(text);
  std::erase(word, ' ');
  if (word == "train" || word == "training") return Subset::kTrain;
  if (word == "val" || word == "valid" || word == "validation") return Subset::kValidation;
  if (word == "test") return Subset::kTest;
  throw Error("{}: sample {} has '{}'; it must be train, validation (val, valid) or test.", array.where(), sample, text);
}

std::vector<Subset> read_split(const hdf5::File& file, const DatasetOptions& options) {
  const std::string name = split_array(options);
  if (!has(file, name, options.split)) return {};
  const hdf5::Array array = file.array(name);
  check_one_a_sample(array);
  std::vector<Subset> split;
  if (array.type().kind == hdf5::Kind::kString) {
    for (const std::string& text : as_utf8(array.read_texts())) split.push_back(subset_of(text, array, split.size()));
    return split;
  }
  if (array.type().kind != hdf5::Kind::kInteger && array.type().kind != hdf5::Kind::kFloat) {
    throw Error("{} holds {} of shape [{}]; a split is [N] of 0 (train), 1 (validation) and 2 (test), or of these words.", array.where(),
                to_string(array.type()), fmt::join(array.shape(), ", "));
  }
  for (const std::int64_t number : whole_numbers(array)) {
    if (number < 0 || number > 2) {
      throw Error("{}: sample {} has {}; it must be 0 (train), 1 (validation) or 2 (test).", array.where(), split.size(), number);
    }
    split.push_back(static_cast<Subset>(number));
  }
  return split;
}

constexpr std::array<std::string_view, 12> kPatients = {"patient", "subject", "case", "person", "participant",   "individual",
                                                        "mrn",     "pat",     "pid",  "subj",   "medicalrecord", "proband"};
constexpr std::array<std::string_view, 8> kEndings = {"ids", "id", "numbers", "number", "nr", "no", "names", "name"};

// "Patient_IDs", "subject", "case-id" …
bool names_patients(const std::string& array) {
  std::string word = lower(array.substr(array.rfind('/') + 1));
  std::erase_if(word, [](char c) { return c == '_' || c == '-' || c == ' ' || c == '.'; });
  const auto is_known = [&] {
    const std::string_view singular = std::string_view(word).substr(0, word.ends_with('s') ? word.size() - 1 : word.size());
    return std::find(kPatients.begin(), kPatients.end(), word) != kPatients.end() ||
           std::find(kPatients.begin(), kPatients.end(), singular) != kPatients.end();
  };
  if (is_known()) return true;
  const auto ending = std::find_if(kEndings.begin(), kEndings.end(), [&](std::string_view end) { return word.ends_with(end); });
  if (ending == kEndings.end()) return false;
  word.erase(word.size() - ending->size());
  return is_known();
}

}  // namespace

std::string patient_array(const DatasetOptions& options) { return options.patient.empty() ? schema::kGroupId : options.patient; }
std::string split_array(const DatasetOptions& options) { return options.split.empty() ? schema::kSplit : options.split; }
std::string sample_id_array(const DatasetOptions& options) { return options.sample_id.empty() ? schema::kSampleId : options.sample_id; }

std::string length_array(const hdf5::Array& input) { return input.name() + "_length"; }
std::string present_array(const hdf5::Array& input) { return input.name() + "_present"; }

void check_lengths(const hdf5::File& file, const hdf5::Array& input, const DatasetOptions& options) {
  for (const std::string& name : {options.target, sample_id_array(options), patient_array(options), split_array(options),
                                  std::string(schema::kTextLength), length_array(input), present_array(input)}) {
    if (name.empty() || !file.has(name)) continue;
    const hdf5::Array array = file.array(name);
    if (array.rows() != input.rows()) {
      throw Error("{} has {} entries, but dataset {} has {} samples; there must be one for each.", array.where(), array.rows(),
                  input.name(), input.rows());
    }
  }
}

SampleMetadata read_metadata(const hdf5::File& file, const hdf5::Array& input, const DatasetOptions& options) {
  SampleMetadata metadata;
  metadata.sample_names = read_names(file, sample_id_array(options), options.sample_id);
  metadata.split = read_split(file, options);
  if (const auto told = file.texts(schema::kIdentifiersAttribute); !told.empty()) metadata.identifiers = told.front();
  metadata.groups.resize(static_cast<std::size_t>(input.rows()));

  const std::vector<std::string> names = read_names(file, patient_array(options), options.patient);
  if (names.empty()) {
    std::iota(metadata.groups.begin(), metadata.groups.end(), 0);
    return metadata;
  }
  std::unordered_map<std::string, std::int64_t> numbers;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto [found, added] = numbers.emplace(names[i], static_cast<std::int64_t>(numbers.size()));
    if (added) metadata.group_names.push_back(names[i]);
    metadata.groups[i] = found->second;
  }
  return metadata;
}

std::vector<std::string> arrays_like_patients(const hdf5::File& file, std::int64_t samples) {
  std::vector<std::string> found;
  for (const std::string& name : file.arrays()) {
    if (!names_patients(name)) continue;
    const hdf5::Array array = file.array(name);
    if (array.rows() == samples && array.row_elements() == 1) found.push_back(name);
  }
  return found;
}

}  // namespace galen::data
