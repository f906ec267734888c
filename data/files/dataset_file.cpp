#include "data/files/dataset_file.h"

#include "data/files/checked_rows.h"
#include "data/files/foreign_forms.h"
#include "data/files/integrity.h"
#include "data/files/reading_file.h"
#include "data/files/schema.h"
#include "data/text/windows_1252.h"
#include "galen/digest.h"
#include "galen/error.h"

#include <new>
#include <stdexcept>
#include <utility>

namespace galen::data {

namespace {

hdf5::Array find_input(const hdf5::File& file, const std::string& name) {
  if (!name.empty()) return file.array(name);
  for (const char* candidate : {schema::kImage, schema::kSignal, schema::kTabular, schema::kText}) {
    if (file.has(candidate)) return file.array(candidate);
  }
  refuse_other_forms(file);
  throw Error(
      "{}: none of the datasets {}, {}, {} and {} exists, and data.input names no other. The file holds: {}. `galen inspect {}` says "
      "which "
      "keys would train it.",
      file.where(), schema::kImage, schema::kSignal, schema::kTabular, schema::kText, fmt::join(file.arrays(), ", "), file.file());
}

constexpr std::int64_t kVerifiedUnasked = std::int64_t{256} << 20;  // bytes of samples: less than a second, spread over the first epoch

std::int64_t bytes_of(const hdf5::Array& array) {
  return array.rows() * array.row_elements() * static_cast<std::int64_t>(hdf5::bytes_of(hdf5::native_of(array.type())));
}

// Whether what goes with the samples of `input` is to be compared with its digests, where there are some.
bool is_verified(const DatasetOptions& options, const hdf5::Array& input) {
  return options.verify == Verify::kOn || (options.verify == Verify::kAuto && bytes_of(input) <= kVerifiedUnasked);
}

hdf5::Array checked_input(const hdf5::File& file, const DatasetOptions& options) {
  refuse_other_forms(file, options.input);
  refuse_other_forms(file, options.target);
  const hdf5::Array input = find_input(file, options.input);
  const hdf5::Kind kind = input.type().kind;
  if (kind == hdf5::Kind::kString || kind == hdf5::Kind::kOther) {
    throw Error("{} holds {}; samples must be numbers.", input.where(), to_string(input.type()));
  }
  const std::size_t rank = input.shape().size();
  if (rank < 2 || rank > 5) {
    throw Error("{} has shape [{}]; samples are arrays of two to five dimensions, sample first.", input.where(),
                fmt::join(input.shape(), ", "));
  }
  if (input.rows() == 0) throw Error("{} holds no samples: its shape is [{}].", input.where(), fmt::join(input.shape(), ", "));
  if (input.row_elements() == 0) throw Error("{} holds empty samples: its shape is [{}].", input.where(), fmt::join(input.shape(), ", "));
  check_lengths(file, input, options);
  if (is_verified(options, input)) {
    for (const std::string& name : {sample_id_array(options), patient_array(options), split_array(options),
                                    std::string(schema::kTextLength), std::string(schema::kVocabulary)}) {
      check_array(file, name);
    }
  }
  return input;
}

Layout layout_of(const hdf5::File& file, const hdf5::Array& input, const std::string& letters, std::vector<std::string>& notes) {
  if (letters != "auto") return Layout(letters, input.shape(), input.where());
  if (const auto told = input.texts(schema::kLayoutAttribute); !told.empty()) return Layout(told.front(), input.shape(), input.where());
  const bool ours = file.has_attribute(schema::kVersionAttribute);
  const std::string guess = guess_layout(input.shape(), input.name(), ours);
  if (guess.empty()) {
    throw Error("{} has shape [{}], which can be read in several ways. Say which: data.layout = {}.", input.where(),
                fmt::join(input.shape(), ", "),
                input.shape().size() == 3   ? "nhw (grey images), nct (signals, channels first) or ntc (time first)"
                : input.shape().size() == 4 ? "nchw, nhwc (images) or ndhw (grey volumes)"
                                            : "ncdhw or ndhwc");
  }
  Layout layout(guess, input.shape(), input.where());
  if (!ours) {
    notes.push_back(fmt::format("{} has shape [{}], taken as {}: a sample is {}. data.layout says otherwise.", input.where(),
                                fmt::join(input.shape(), ", "), guess, describe_sample(layout)));
  }
  return layout;
}

// `has_digests` becomes false where the array has none.
std::unique_ptr<RowReader> rows_of(const hdf5::File& file, const hdf5::Array& input, const DatasetOptions& options, bool& has_digests) {
  std::unique_ptr<RowReader> rows = make_row_reader(input);
  BlockDigests digests;
  if (options.verify != Verify::kOff) digests = BlockDigests::load(file, input);
  has_digests = has_digests && file.has(digests_of(input.name()));
  if (digests.empty() && options.verify == Verify::kOn) {
    throw Error("{} has no digests to be verified by: data.verify is for files that galen import or galen synth wrote.", input.where());
  }
  if (digests.empty() || !is_verified(options, input)) return rows;
  return std::make_unique<CheckedRows>(input, std::move(rows), std::move(digests));
}

// What is to be learnt: a few numbers a sample, or masks.
void read_target(const hdf5::File& file, const DatasetOptions& options, DatasetFile& contents) {
  if (options.target.empty() || !file.has(options.target)) return;
  const hdf5::Array array = file.array(options.target);
  if (!holds_masks(array, contents.layout)) {
    if (is_verified(options, contents.input)) check_array(file, options.target);
    contents.targets = read_targets(array, options.task);
    contents.notes.insert(contents.notes.end(), contents.targets.notes.begin(), contents.targets.notes.end());
    return;
  }
  contents.targets = {.kind = TargetKind::kMask, .class_names = array.texts(schema::kClassNamesAttribute)};
  contents.masks =
      StoredMasks{array.where(), array.type(), mask_layout(array, contents.layout), rows_of(file, array, options, contents.has_digests)};
}

void check_feature_names(const hdf5::Array& input, const Layout& layout, const std::vector<std::string>& names) {
  const std::vector<std::int64_t>& shape = layout.sample_shape();
  const std::int64_t features = shape.size() == 1 ? shape.front() : 0;
  if (!names.empty() && static_cast<std::int64_t>(names.size()) != features) {
    throw Error("{}: attribute {} names {} columns, but there are {}.", input.where(), schema::kFeatureNamesAttribute, names.size(),
                features);
  }
}

// Patients without an id leak from one side of a split to the other.
void note_patients(const hdf5::File& file, const DatasetOptions& options, DatasetFile& contents) {
  if (!contents.metadata.group_names.empty()) return;
  for (const std::string& name : arrays_like_patients(file, contents.size())) {
    if (name == contents.input.name() || name == options.target) continue;
    contents.notes.push_back(fmt::format(
        "patients are unknown, but {} has an entry for each sample: --data.patient {} keeps a patient's samples on one side of the split.",
        name, name));
  }
}

// What lies elsewhere may be changed or missing there, and is watched as the file itself is.
void note_other_files(const hdf5::File& file, const DatasetOptions& options, DatasetFile& contents) {
  for (const std::string& name :
       {contents.input.name(), options.target, sample_id_array(options), patient_array(options), split_array(options)}) {
    if (name.empty() || !file.has(name)) continue;
    const std::vector<std::string> others = file.array(name).other_files();
    if (others.empty()) continue;
    for (const std::string& other : others) {
      if (const auto identity = identify(other)) contents.identities.push_back(*identity);
    }
    const std::string more = others.size() > 1 ? fmt::format(" and {} more", others.size() - 1) : "";
    contents.notes.push_back(fmt::format("{} takes its elements from {}{}.", file.array(name).where(), others.front(), more));
  }
}

std::string digest_of(const DatasetFile& contents, const hdf5::File& file) {
  Digest digest;
  digest.add(contents.input.shape());
  digest.add(contents.layout.sample_shape());
  digest.add(to_string(contents.input.type()));
  if (contents.targets.values.defined()) digest.add(contents.targets.values);
  if (contents.masks) digest.add(contents.masks->where.substr(contents.path.size()));
  for (const std::string& name : contents.targets.class_names) digest.add(name);
  digest.add(contents.metadata.groups);
  for (const std::string& name : contents.metadata.group_names) digest.add(name);
  for (const std::string& name : contents.metadata.sample_names) digest.add(name);
  for (const std::string& text : file.texts(schema::kContentDigestAttribute)) digest.add(text);
  return digest.hex();
}

}  // namespace

DatasetFile::DatasetFile(const FileIdentity& identity, const DatasetOptions& options, const hdf5::File& file)
    : path(identity.path),
      identities({identity}),
      input(checked_input(file, options)),
      layout(layout_of(file, input, options.layout, notes)),
      rows(rows_of(file, input, options, has_digests)),
      texts(read_texts(file, input)),
      feature_names(as_utf8(input.texts(schema::kFeatureNamesAttribute))),
      metadata(read_metadata(file, input, options)) {
  check_feature_names(input, layout, feature_names);
  read_target(file, options, *this);
  targets.class_names = as_utf8(std::move(targets.class_names));
  note_patients(file, options, *this);
  note_other_files(file, options, *this);
  digest = digest_of(*this, file);
}

DatasetFile open_dataset_file(const std::string& path, const DatasetOptions& options) {
  const ReadingFile reading(path);
  try {
    const FileIdentity identity = identify(path).value_or(FileIdentity{.path = path});  // what is wrong, the library says
    return {identity, options, hdf5::File::open(path, options.external)};
  } catch (const std::bad_alloc&) {
    throw Error("{}: what it says of its samples does not fit into memory. If that cannot be, it is damaged: copy or import it again.",
                path);
  } catch (const std::length_error&) {
    throw Error("{}: says that it holds more samples than there can be. It is damaged: copy or import it again.", path);
  }
}

}  // namespace galen::data
