#include "data/files/sample_metadata.h"

#include "data/schema.h"
#include "data/text/windows_1252.h"
#include "galen/error.h"

#include <numeric>
#include <unordered_map>
#include <utility>

namespace galen::data {

namespace {

// Names of samples or patients, as text; nothing where the file has no such array.
std::vector<std::string> read_names(const hdf5::File& file, const char* name) {
  if (!file.has(name)) return {};
  const hdf5::Array array = file.array(name);
  if (array.row_elements() != 1) throw Error("{} has shape [{}]; it must be [N].", array.where(), fmt::join(array.shape(), ", "));
  if (array.type().kind == hdf5::Kind::kString) return as_utf8(array.read_texts());
  if (array.type().kind != hdf5::Kind::kInteger) {
    throw Error("{} holds {}; it must hold text or whole numbers.", array.where(), to_string(array.type()));
  }
  std::vector<std::string> names;
  for (const std::int64_t number : array.read_all<std::int64_t>()) names.push_back(std::to_string(number));
  return names;
}

std::vector<Subset> read_split(const hdf5::File& file) {
  if (!file.has(schema::kSplit)) return {};
  const hdf5::Array array = file.array(schema::kSplit);
  if (array.type().kind != hdf5::Kind::kInteger || array.row_elements() != 1) {
    throw Error("{} holds {} of shape [{}]; it must be [N] whole numbers.", array.where(), to_string(array.type()),
                fmt::join(array.shape(), ", "));
  }
  std::vector<Subset> split;
  for (const std::int64_t number : array.read_all<std::int64_t>()) {
    if (number < 0 || number > 2) {
      throw Error("{}: sample {} has {}; it must be 0 (train), 1 (validation) or 2 (test).", array.where(), split.size(), number);
    }
    split.push_back(static_cast<Subset>(number));
  }
  return split;
}

}  // namespace

void check_lengths(const hdf5::File& file, const hdf5::Array& input, const std::string& target) {
  for (const std::string& name : {target, std::string(schema::kSampleId), std::string(schema::kGroupId), std::string(schema::kSplit),
                                  std::string(schema::kTextLength)}) {
    if (name.empty() || !file.has(name)) continue;
    const hdf5::Array array = file.array(name);
    if (array.rows() != input.rows()) {
      throw Error("{} has {} entries, but dataset {} has {} samples; there must be one for each.", array.where(), array.rows(),
                  input.name(), input.rows());
    }
  }
}

SampleMetadata read_metadata(const hdf5::File& file, const hdf5::Array& input) {
  SampleMetadata metadata;
  metadata.sample_names = read_names(file, schema::kSampleId);
  metadata.split = read_split(file);
  if (const auto told = file.texts(schema::kIdentifiersAttribute); !told.empty()) metadata.identifiers = told.front();
  metadata.groups.resize(static_cast<std::size_t>(input.rows()));

  const std::vector<std::string> names = read_names(file, schema::kGroupId);
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

}  // namespace galen::data
