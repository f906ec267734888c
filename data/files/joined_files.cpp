#include "data/files/joined_files.h"

#include "data/files/class_names.h"
#include "data/schema.h"
#include "galen/error.h"

#include <ATen/ops/cat.h>

#include <algorithm>
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
void check_texts(const DatasetFile& first, const DatasetFile& other) {
  const std::string differs = difference(*first.texts.vocabulary, *other.texts.vocabulary);
  if (differs.empty()) return;
  throw Error("{} and {} do not make one data set: of their vocabularies, {}. Import the texts with one vocabulary (--like {}).",
              first.path, other.path, differs, first.path);
}

// Patients of two files are the same where their names are; one on two sides of a split would make every figure too good.
void check_patients(std::span<const DatasetFile> files) {
  const DatasetFile* first = nullptr;  // that tells how its patients are named
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
        "{} and {} do not make one data set: nobody can tell which patients they share, as their ids are {}. Import all with one "
        "--pseudonym-key-file (public data: with --identifiers keep).",
        first->path, other.path, a == b ? "numbers that each import gave anew" : fmt::format("{} in the one and {} in the other", a, b));
  }
}

bool are_numbered(const std::vector<std::string>& names) { return names == numbered_names(static_cast<std::int64_t>(names.size())); }

}  // namespace

void check_alike(std::span<const DatasetFile> files) {
  const DatasetFile& first = files.front();
  for (const DatasetFile& other : files.subspan(1)) {
    const auto same = [&](const char* what, const auto& a, const auto& b) { check_same(first, other, what, a, b); };
    same("the vocabulary", first.texts.vocabulary.has_value(), other.texts.vocabulary.has_value());
    if (first.texts.vocabulary) {
      check_texts(first, other);
    } else {
      same("the shape of a sample", first.layout.sample_shape(), other.layout.sample_shape());
    }
    same("the order of dimensions", first.layout.letters(), other.layout.letters());
    same("the type of the samples", to_string(first.input.type()), to_string(other.input.type()));
    same("the features' names", first.feature_names, other.feature_names);
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
    if (!unnamed_values && (!are_numbered(first.targets.class_names) || !are_numbered(other.targets.class_names))) {
      same("the classes", first.targets.class_names, other.targets.class_names);
    }
    same("the patient (group_id)", !first.metadata.group_names.empty(), !other.metadata.group_names.empty());
    same("the name of a sample (sample_id)", !first.metadata.sample_names.empty(), !other.metadata.sample_names.empty());
    same("the split", !first.metadata.split.empty(), !other.metadata.split.empty());
  }
  check_patients(files);
}

StoredTargets join_targets(std::span<const DatasetFile> files) {
  StoredTargets joined = files.front().targets;
  if (files.size() == 1 || joined.kind == TargetKind::kNone) return joined;
  std::vector<at::Tensor> values;
  for (const DatasetFile& file : files) {
    values.push_back(file.targets.values);
    if (file.targets.class_names.size() > joined.class_names.size()) joined.class_names = file.targets.class_names;
  }
  if (joined.kind != TargetKind::kMask) joined.values = at::cat(values);
  return joined;
}

StoredTexts join_texts(std::span<const DatasetFile> files) {
  StoredTexts joined{files.front().texts.vocabulary, {}};
  for (const DatasetFile& file : files) {
    if (joined.vocabulary) joined.vocabulary->max_length = std::max(joined.vocabulary->max_length, file.texts.vocabulary->max_length);
    joined.lengths.insert(joined.lengths.end(), file.texts.lengths.begin(), file.texts.lengths.end());
  }
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
