#include "data/files/dataset_file.h"

#include "data/files/foreign_forms.h"
#include "data/files/integrity.h"
#include "data/files/reading_file.h"
#include "data/files/schema.h"
#include "data/text/windows_1252.h"
#include "galen/digest.h"
#include "galen/error.h"

#include <algorithm>
#include <new>
#include <stdexcept>
#include <utility>

namespace galen::data {

namespace {

std::vector<StoredInput> open_inputs(const hdf5::File& file, const DatasetOptions& options, std::vector<std::string>& notes,
                                     bool& has_digests) {
  refuse_other_forms(file, options.target);
  const std::vector<hdf5::Array> arrays = checked_inputs(file, options);
  const std::vector<std::string> layouts = layouts_of(options, arrays.size());
  std::vector<StoredInput> inputs;
  for (std::size_t i = 0; i < arrays.size(); ++i) inputs.push_back(open_input(file, arrays[i], options, layouts[i], notes, has_digests));
  return inputs;
}

// What is to be learnt: a few numbers a sample, or masks.
void read_target(const hdf5::File& file, const DatasetOptions& options, DatasetFile& contents) {
  if (options.target.empty() || !file.has(options.target)) return;
  const hdf5::Array array = file.array(options.target);
  const StoredInput& images = contents.inputs.front();
  if (!holds_masks(array, images.layout)) {
    if (is_verified(options, images.array)) check_array(file, options.target);
    contents.targets = read_targets(array, options.task);
    contents.notes.insert(contents.notes.end(), contents.targets.notes.begin(), contents.targets.notes.end());
    return;
  }
  contents.targets = {.kind = TargetKind::kMask, .class_names = array.texts(schema::kClassNamesAttribute)};
  contents.masks =
      StoredMasks{array.where(), array.type(), mask_layout(array, images.layout), rows_of(file, array, options, contents.has_digests)};
}

bool is_input(const DatasetFile& contents, const std::string& name) {
  return std::ranges::any_of(contents.inputs, [&](const StoredInput& input) { return input.array.name() == name; });
}

// Patients without an id leak from one side of a split to the other.
void note_patients(const hdf5::File& file, const DatasetOptions& options, DatasetFile& contents) {
  if (!contents.metadata.group_names.empty()) return;
  for (const std::string& name : arrays_like_patients(file, contents.size())) {
    if (name == options.target || is_input(contents, name)) continue;
    contents.notes.push_back(fmt::format(
        "patients are unknown, but {} has an entry for each sample: --data.patient {} keeps a patient's samples on one side of the split.",
        name, name));
  }
}

// What lies elsewhere may be changed or missing there, and is watched as the file itself is.
void note_other_files(const hdf5::File& file, const DatasetOptions& options, DatasetFile& contents) {
  std::vector<std::string> names;
  for (const StoredInput& input : contents.inputs) {
    for (const std::string& name : {input.array.name(), length_array(input.array), present_array(input.array)}) names.push_back(name);
  }
  for (const std::string& name : {options.target, sample_id_array(options), patient_array(options), split_array(options)}) {
    names.push_back(name);
  }
  for (const std::string& name : names) {
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
  for (const StoredInput& input : contents.inputs) {
    digest.add(input.array.shape());
    digest.add(input.layout.sample_shape());
    digest.add(to_string(input.array.type()));
    if (contents.inputs.size() > 1) digest.add(input.array.name());
    if (!input.vocabulary && !input.lengths.empty()) digest.add(input.lengths);
    if (!input.present.empty()) digest.add_bytes(input.present.data(), input.present.size());
  }
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
      inputs(open_inputs(file, options, notes, has_digests)),
      metadata(read_metadata(file, inputs.front().array, options)) {
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
