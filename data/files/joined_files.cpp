#include "data/files/joined_files.h"

#include "data/files/class_names.h"
#include "data/files/schema.h"
#include "galen/error.h"

#include <ATen/ops/cat.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <system_error>
#include <unordered_map>

namespace galen::data {

namespace {

std::string text(const std::vector<std::int64_t>& shape) { return fmt::format("[{}]", fmt::join(shape, ", ")); }
std::string text(const std::vector<std::string>& names) { return names.empty() ? "none" : fmt::format("{}", fmt::join(names, ", ")); }
std::string text(const std::string& word) { return word; }
std::string text(bool given) { return given ? "given" : "not given"; }

template <typename Value>
void check_same(const DatasetFile& first, const DatasetFile& other, const char* what, const Value& a, const Value& b) {
  if (a == b) return;
  throw Error("{} and {} do not make one data set: {} is {} in the one and {} in the other.", first.path, other.path, what, text(a),
              text(b));
}

// Texts of one data set may have been given different room.
void check_texts(const DatasetFile& first, const DatasetFile& other, std::size_t input) {
  const std::string differs = difference(*first.inputs[input].vocabulary, *other.inputs[input].vocabulary);
  if (differs.empty()) return;
  throw Error("{} and {} do not make one data set: of their vocabularies, {}. Import the texts with one vocabulary (--like {}).",
              first.path, other.path, differs, first.path);
}

// Patients of two files are the same where their names are; one on two sides of a split would make every figure too good.
void check_patients(std::span<const DatasetFile> files) {
  const DatasetFile* first = nullptr;  // that says how its patients are named
  for (const DatasetFile& other : files) {
    if (other.metadata.group_names.empty() || other.metadata.identifiers.empty()) continue;
    if (first == nullptr) {
      first = &other;
      continue;
    }
    const std::string& a = first->metadata.identifiers;
    const std::string& b = other.metadata.identifiers;
    if (a == b && a != schema::kNumberedIdentifiers) continue;
    throw Error(
        "{} and {} do not make one data set: it is unknown which patients they share, as their ids are {}. Import all with one "
        "--pseudonym-key-file (public data: with --identifiers keep).",
        first->path, other.path,
        a == b ? "numbers that each import gave by itself" : fmt::format("{} in the one and {} in the other", a, b));
  }
}

void check_input(const DatasetFile& first, const DatasetFile& other, std::size_t number) {
  const StoredInput &one = first.inputs[number], &two = other.inputs[number];
  const auto same = [&](const char* what, const auto& a, const auto& b) { check_same(first, other, what, a, b); };
  same("the vocabulary", one.vocabulary.has_value(), two.vocabulary.has_value());
  if (one.vocabulary) {
    check_texts(first, other, number);
  } else {
    same("the shape of a sample", one.layout.sample_shape(), two.layout.sample_shape());
    same("the samples' length", !one.lengths.empty(), !two.lengths.empty());
  }
  same("the order of dimensions", one.layout.letters(), two.layout.letters());
  same("the type of the samples", to_string(one.array.type()), to_string(two.array.type()));
  same("the features' names", one.feature_names, two.feature_names);
}

}  // namespace

void check_alike(std::span<const DatasetFile> files) {
  const DatasetFile& first = files.front();
  for (const DatasetFile& other : files.subspan(1)) {
    const auto same = [&](const char* what, const auto& a, const auto& b) { check_same(first, other, what, a, b); };
    for (std::size_t number = 0; number < first.inputs.size(); ++number) check_input(first, other, number);
    same("the target", to_string(first.targets.kind), to_string(other.targets.kind));
    if (first.targets.kind == TargetKind::kMultiLabel || first.targets.kind == TargetKind::kValue) {
      same("the number of targets", std::to_string(first.targets.values.size(1)), std::to_string(other.targets.values.size(1)));
    }
    if (first.masks) {
      same("the order of the masks' dimensions", first.masks->layout.letters(), other.masks->layout.letters());
      same("the type of the masks", to_string(first.masks->type), to_string(other.masks->type));
    }
    const bool unnamed_values =
        first.targets.kind == TargetKind::kValue && (first.targets.class_names.empty() || other.targets.class_names.empty());
    const bool by_value = first.targets.named_by_value && other.targets.named_by_value;
    const bool numbered = are_numbered(first.targets.class_names) && are_numbered(other.targets.class_names);
    if (!unnamed_values && !by_value && !numbered) {
      same("the classes", first.targets.class_names, other.targets.class_names);
    }
    same("the patient (group_id)", !first.metadata.group_names.empty(), !other.metadata.group_names.empty());
    same("the name of a sample (sample_id)", !first.metadata.sample_names.empty(), !other.metadata.sample_names.empty());
    same("the split", !first.metadata.split.empty(), !other.metadata.split.empty());
  }
  check_patients(files);
}

namespace {

// Ascending: numbers by value, texts by letter.
std::vector<std::string> all_names(std::span<const DatasetFile> files) {
  const auto number_of = [](const std::string& name) {
    double number = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
    return error == std::errc() && end == name.data() + name.size() ? std::optional(number) : std::nullopt;
  };
  const auto before = [&](const std::string& a, const std::string& b) {
    const auto left = number_of(a), right = number_of(b);
    return left && right ? *left < *right : a < b;
  };
  std::vector<std::string> names;
  for (const DatasetFile& file : files) names.insert(names.end(), file.targets.class_names.begin(), file.targets.class_names.end());
  std::sort(names.begin(), names.end(), before);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

// Not every file need hold every class.
StoredTargets join_by_value(std::span<const DatasetFile> files) {
  StoredTargets joined = files.front().targets;
  joined.class_names = all_names(files);
  std::vector<at::Tensor> values;
  for (const DatasetFile& file : files) {
    std::vector<std::int64_t> numbers;
    for (const std::string& name : file.targets.class_names) {
      numbers.push_back(std::find(joined.class_names.begin(), joined.class_names.end(), name) - joined.class_names.begin());
    }
    at::Tensor classes = file.targets.values.clone();
    auto* number = classes.mutable_data_ptr<std::int64_t>();
    for (std::int64_t i = 0; i < classes.numel(); ++i) number[i] = numbers[static_cast<std::size_t>(number[i])];
    values.push_back(std::move(classes));
  }
  joined.values = at::cat(values);
  return joined;
}

}  // namespace

StoredTargets join_targets(std::span<const DatasetFile> files) {
  StoredTargets joined = files.front().targets;
  if (files.size() == 1 || joined.kind == TargetKind::kNone) return joined;
  if (std::all_of(files.begin(), files.end(), [](const DatasetFile& file) { return file.targets.named_by_value; }))
    return join_by_value(files);
  std::vector<at::Tensor> values;
  for (const DatasetFile& file : files) {
    values.push_back(file.targets.values);
    if (file.targets.class_names.size() > joined.class_names.size()) joined.class_names = file.targets.class_names;
  }
  if (joined.kind != TargetKind::kMask) joined.values = at::cat(values);
  if (joined.kind == TargetKind::kValue) {
    std::vector<at::Tensor> exact;
    for (const DatasetFile& file : files) exact.push_back(file.targets.exact);
    joined.exact = at::cat(exact);
  }
  return joined;
}

std::optional<Vocabulary> join_vocabulary(std::span<const DatasetFile> files, std::size_t input) {
  std::optional<Vocabulary> joined = files.front().inputs[input].vocabulary;
  for (const DatasetFile& file : files) {
    if (joined) joined->max_length = std::max(joined->max_length, file.inputs[input].vocabulary->max_length);
  }
  return joined;
}

std::vector<std::int64_t> join_lengths(std::span<const DatasetFile> files, std::size_t input) {
  std::vector<std::int64_t> joined;
  for (const DatasetFile& file : files) {
    const std::vector<std::int64_t>& lengths = file.inputs[input].lengths;
    joined.insert(joined.end(), lengths.begin(), lengths.end());
  }
  return joined;
}

// A file that does not say has the input of every sample.
std::vector<std::uint8_t> join_present(std::span<const DatasetFile> files, std::size_t input) {
  std::vector<std::uint8_t> joined;
  for (const DatasetFile& file : files) {
    const std::vector<std::uint8_t>& present = file.inputs[input].present;
    if (present.empty()) joined.insert(joined.end(), static_cast<std::size_t>(file.size()), 1);
    joined.insert(joined.end(), present.begin(), present.end());
  }
  if (std::ranges::find(joined, 0) == joined.end()) joined.clear();
  return joined;
}

SampleMetadata join_metadata(std::span<const DatasetFile> files) {
  SampleMetadata joined;
  std::unordered_map<std::string, std::int64_t> numbers;
  for (const DatasetFile& file : files) {
    const SampleMetadata& more = file.metadata;
    joined.sample_names.insert(joined.sample_names.end(), more.sample_names.begin(), more.sample_names.end());
    joined.split.insert(joined.split.end(), more.split.begin(), more.split.end());
    const auto before = static_cast<std::int64_t>(joined.groups.size());
    for (const std::int64_t group : more.groups) {
      if (more.group_names.empty()) {
        joined.groups.push_back(before + group);
        continue;
      }
      const std::string& name = more.group_names[static_cast<std::size_t>(group)];
      const auto [found, is_new] = numbers.emplace(name, static_cast<std::int64_t>(numbers.size()));
      if (is_new) joined.group_names.push_back(name);
      joined.groups.push_back(found->second);
    }
  }
  return joined;
}

}  // namespace galen::data
