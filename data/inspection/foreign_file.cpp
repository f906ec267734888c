#include "data/inspection/foreign_file.h"

#include "data/files/file_list.h"
#include "data/files/layout.h"
#include "data/files/sample_metadata.h"
#include "data/files/schema.h"
#include "data/files/stored_targets.h"
#include "data/hdf5/foreign.h"
#include "data/hdf5/hdf5.h"
#include "galen/atomic_file.h"
#include "galen/error.h"

#include <ATen/ops/equal.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>
#include <utility>

namespace galen::data {

namespace {

constexpr std::array kSamples = {schema::kImage, schema::kSignal, schema::kTabular, schema::kText};

std::string last_part(const std::string& name) {
  std::string word = name.substr(name.rfind('/') + 1);
  for (char& c : word) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  std::erase(word, '_');
  return word;
}

// The first array with an entry a sample whose name is one of `words`.
std::string find_named(const hdf5::File& file, const std::vector<std::string>& arrays, std::int64_t samples,
                       std::initializer_list<std::string_view> words) {
  for (const std::string_view word : words) {
    for (const std::string& name : arrays) {
      if (last_part(name) == word && file.array(name).rows() == samples) return name;
    }
  }
  return {};
}

bool holds_numbers(const hdf5::Array& array) { return array.type().kind != hdf5::Kind::kString && array.type().kind != hdf5::Kind::kOther; }

std::string largest_samples(const hdf5::File& file, const std::vector<std::string>& arrays) {
  std::string best;
  std::int64_t most = 0;
  for (const std::string& name : arrays) {
    const hdf5::Array array = file.array(name);
    const bool fits = array.shape().size() >= 2 && array.shape().size() <= 5 && array.rows() > 0 && holds_numbers(array);
    if (!fits || array.row_elements() <= most) continue;
    most = array.row_elements();
    best = name;
  }
  return best;
}

std::string schema_input(const Dataset& dataset) {
  if (dataset.vocabulary()) return schema::kText;
  const std::size_t rank = dataset.input_shape().size();
  return rank == 1 ? schema::kTabular : rank == 2 ? schema::kSignal : schema::kImage;
}

/// The file in the making, and what was added to it.
class Addition {
 public:
  Addition(const std::string& path, const Dataset& dataset) : file_(hdf5::File::modify(path)), dataset_(dataset) {}

  /// Returns what was added; links() are to be, once the file is closed.
  std::string add_all() {
    const DatasetOptions& options = dataset_.options();
    link(dataset_.input_name(), schema_input(dataset_));
    add_layout();
    if (dataset_.target_kind() == TargetKind::kMask) {
      link(options.target, schema::kMask);
    } else if (dataset_.target_kind() != TargetKind::kNone) {
      add_target();
    }
    if (!options.patient.empty()) link(options.patient, schema::kGroupId);
    if (!options.sample_id.empty()) link(options.sample_id, schema::kSampleId);
    if (!options.split.empty()) add_split();
    file_.set_attribute(schema::kVersionAttribute, schema::kVersion);
    file_.flush();
    return text_;
  }
  const std::vector<std::pair<std::string, std::string>>& links() const { return links_; }

 private:
  static std::string absolute(const std::string& name) { return name.starts_with('/') ? name : "/" + name; }

  bool is_free(const std::string& name) const {
    if (!file_.has(name)) return true;
    throw Error("{}: dataset {} exists already, and is not the one to be named so. Rename it, or remove its key.", dataset_.file(), name);
  }

  void link(const std::string& existing, const std::string& name) {
    if (absolute(existing) == name || !is_free(name)) return;
    links_.emplace_back(absolute(existing), name);
    text_ += fmt::format("  {}: is {}\n", name, absolute(existing));
  }

  void add_layout() {
    hdf5::Array input = file_.array(dataset_.input_name());
    const std::string& letters = dataset_.layout().letters();
    if (letters == guess_layout(input.shape(), schema_input(dataset_), /*ours=*/true)) return;
    input.set_attribute(schema::kLayoutAttribute, letters);
    text_ += fmt::format("  attribute layout of {}: {}\n", input.name(), letters);
  }

  // Numbers of classes as they are, or an array of them.
  bool are_class_numbers(const hdf5::Array& array) const {
    if (!holds_numbers(array) || array.row_elements() != 1) return false;
    const std::vector<double> stored = array.read_all<double>();
    const auto* classes = dataset_.targets().const_data_ptr<std::int64_t>();
    return std::equal(stored.begin(), stored.end(), classes, [](double a, std::int64_t b) { return a == static_cast<double>(b); });
  }

  void add_target() {
    const std::string name = absolute(dataset_.options().target);
    const bool exclusive = dataset_.target_kind() == TargetKind::kClass;
    const bool as_it_is = !exclusive || are_class_numbers(file_.array(name));
    if (as_it_is) link(name, schema::kLabel);
    if (!as_it_is && is_free(schema::kLabel)) {
      hdf5::Array labels = file_.create_array(schema::kLabel, hdf5::Native::kI64, {dataset_.size()});
      labels.write(0, dataset_.size(), hdf5::Native::kI64, dataset_.targets().const_data_ptr<std::int64_t>());
      text_ += fmt::format("  {}: the classes of {}, numbered\n", schema::kLabel, name);
    }
    hdf5::Array labels = file_.array(as_it_is ? name : schema::kLabel);
    const std::string task = !exclusive ? to_string(dataset_.target_kind()) : dataset_.class_names().size() == 2 ? "binary" : "multiclass";
    labels.set_attribute(schema::kTaskAttribute, task);
    if (dataset_.target_kind() != TargetKind::kValue) labels.set_attribute(schema::kClassNamesAttribute, dataset_.class_names());
    text_ += fmt::format("  attributes task and class_names of {}: {}{}\n", labels.name(), task,
                         dataset_.class_names().empty() ? "" : fmt::format(", {}", fmt::join(dataset_.class_names(), ", ")));
  }

  void add_split() {
    const std::string name = absolute(dataset_.options().split);
    if (name == schema::kSplit || !is_free(schema::kSplit)) return;
    std::vector<std::uint8_t> numbers;
    for (const Subset subset : dataset_.stored_split()) numbers.push_back(static_cast<std::uint8_t>(subset));
    file_.create_array(schema::kSplit, hdf5::Native::kU8, {dataset_.size()}).write(0, dataset_.size(), hdf5::Native::kU8, numbers.data());
    text_ += fmt::format("  {}: the split of {}, numbered\n", schema::kSplit, name);
  }

  hdf5::File file_;
  const Dataset& dataset_;
  std::vector<std::pair<std::string, std::string>> links_;  ///< existing name, new name
  std::string text_;
};

void check_reads_alike(const Dataset& before, const Dataset& after) {
  const bool alike = before.size() == after.size() && before.input_shape() == after.input_shape() &&
                     before.target_kind() == after.target_kind() && before.class_names() == after.class_names() &&
                     before.groups() == after.groups() && before.stored_split() == after.stored_split() &&
                     (!before.targets().defined() || at::equal(before.targets(), after.targets()));
  if (!alike) throw Error("{}: with the schema it would read otherwise than with its keys; it is left as it was.", before.file());
}

// Links to them are made, and attributes set, in the file that holds them.
void expect_own_arrays(const std::string& path, const Dataset& dataset) {
  const DatasetOptions& options = dataset.options();
  const hdf5::File file = hdf5::File::open(path, options.external);
  for (const std::string& name :
       {dataset.input_name(), options.target, options.patient, options.sample_id, options.split, std::string("/samples")}) {
    if (name.empty() || !hdf5::leads_elsewhere(file, name)) continue;
    throw Error("{}: {} lies in another file, which --write-schema would change. Copy it into this one, or use keys (docs/data.md).", path,
                name);
  }
}

}  // namespace

bool is_foreign(const DatasetOptions& options) {
  const hdf5::File file = hdf5::File::open(file_list(options.file).front(), options.external);
  return !file.has_attribute(schema::kVersionAttribute) &&
         (!options.input.empty() || std::none_of(kSamples.begin(), kSamples.end(), [&](const char* name) { return file.has(name); }));
}

DatasetOptions with_likely_keys(DatasetOptions options) {
  const hdf5::File file = hdf5::File::open(file_list(options.file).front(), options.external);
  std::vector<std::string> arrays = file.arrays();
  if (options.input.empty()) options.input = largest_samples(file, arrays);
  if (options.input.empty() || !file.has(options.input)) return options;
  const hdf5::Array input = file.array(options.input);
  const std::int64_t samples = input.rows();
  std::erase(arrays, input.name());
  if (options.patient.empty() && !file.has(schema::kGroupId)) {
    const std::vector<std::string> like = arrays_like_patients(file, samples);
    if (!like.empty()) options.patient = like.front();
  }
  if (options.split.empty() && !file.has(schema::kSplit))
    options.split = find_named(file, arrays, samples, {"split", "subset", "partition"});
  if (options.sample_id.empty() && !file.has(schema::kSampleId)) {
    options.sample_id = find_named(file, arrays, samples, {"sampleid", "imageid", "id", "ids", "uid", "filename", "filenames"});
  }
  if (file.has(options.target)) return options;
  options.target = find_named(file, arrays, samples,
                              {"y", "label", "labels", "target", "targets", "class", "classes", "diagnosis", "outcome", "mask", "masks"});
  if (!options.target.empty()) return options;
  std::vector<std::string> left;
  for (const std::string& name : arrays) {
    const bool is_taken = name == options.patient || name == options.split || name == options.sample_id;
    if (!is_taken && file.array(name).rows() == samples) left.push_back(name);
  }
  if (left.size() == 1) options.target = left.front();
  return options;
}

std::string training_line(const DatasetOptions& options) {
  std::string line = "galen train --data.file " + options.file;
  const auto add = [&](const char* key, const std::string& value) {
    if (!value.empty()) line += fmt::format(" --{} {}", key, value);
  };
  add("data.input", options.input);
  add("data.target", options.target);
  if (options.layout != "auto") add("data.layout", options.layout);
  add("data.patient", options.patient);
  add("data.split", options.split);
  add("data.sample_id", options.sample_id);
  return line;
}

std::string write_schema(const DatasetOptions& options) {
  const std::vector<std::string> files = file_list(options.file);
  if (files.size() != 1) throw UsageError("--write-schema takes one file at a time.");
  const std::string path = std::filesystem::canonical(files.front()).string();  // a link to the file stays one
  const Dataset before(options);
  if (before.inputs() > 1) throw UsageError("--write-schema takes one input; data.input = {} names {}.", options.input, before.inputs());
  expect_own_arrays(path, before);
  AtomicFile made(path, /*overwrite=*/true);
  std::error_code failed;
  std::filesystem::copy_file(path, made.temporary_name(), std::filesystem::copy_options::overwrite_existing, failed);
  if (failed)
    throw Error("{} cannot be copied: {}. A new file is written beside it, which takes its size once more.", path, failed.message());
  std::string text;
  std::vector<std::pair<std::string, std::string>> links;
  {
    Addition addition(made.temporary_name(), before);
    text = addition.add_all();
    links = addition.links();
  }
  hdf5::add_names(made.temporary_name(), links);
  check_reads_alike(before, Dataset({.file = made.temporary_name(),
                                     .target = before.target_kind() == TargetKind::kMask ? schema::kMask : schema::kLabel}));
  made.publish();
  return text;
}

}  // namespace galen::data
