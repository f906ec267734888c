#include "data/files/stored_input.h"

#include "data/files/checked_rows.h"
#include "data/files/foreign_forms.h"
#include "data/files/integrity.h"
#include "data/files/sample_metadata.h"
#include "data/files/schema.h"
#include "data/files/stored_texts.h"
#include "data/text/windows_1252.h"
#include "galen/error.h"
#include "galen/option.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace galen::data {

namespace {

constexpr std::int64_t kVerifiedUnasked = std::int64_t{256} << 20;  // bytes of samples: less than a second, spread over the first epoch

std::int64_t bytes_of(const hdf5::Array& array) {
  return array.rows() * array.row_elements() * static_cast<std::int64_t>(hdf5::bytes_of(hdf5::native_of(array.type())));
}

std::vector<std::string> input_names(const hdf5::File& file, const DatasetOptions& options) {
  if (!options.input.empty()) {
    std::vector<std::string> names = options::split_list(options.input);
    if (names.size() < 2 || file.has(options.input)) return {options.input};
    for (const std::string& name : names) {
      if (name.empty()) throw UsageError("data.input = {} names an array without a name: put one comma between two names.", options.input);
    }
    return names;
  }
  for (const char* candidate : {schema::kImage, schema::kSignal, schema::kTabular, schema::kText}) {
    if (file.has(candidate)) return {candidate};
  }
  refuse_other_forms(file);
  throw Error(
      "{}: none of the datasets {}, {}, {} and {} exists, and data.input names no other. The file holds: {}. `galen inspect {}` says "
      "which "
      "keys would train it.",
      file.where(), schema::kImage, schema::kSignal, schema::kTabular, schema::kText, fmt::join(file.arrays(), ", "), file.file());
}

hdf5::Array checked_samples(const hdf5::File& file, const std::string& name) {
  refuse_other_forms(file, name);
  hdf5::Array input = file.array(name);
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

void check_feature_names(const StoredInput& input) {
  const std::vector<std::int64_t>& shape = input.layout.sample_shape();
  const std::int64_t features = shape.size() == 1 ? shape.front() : 0;
  if (!input.feature_names.empty() && static_cast<std::int64_t>(input.feature_names.size()) != features) {
    throw Error("{}: attribute {} names {} columns, but there are {}.", input.array.where(), schema::kFeatureNamesAttribute,
                input.feature_names.size(), features);
  }
}

// A number for each sample, low … high, or none where the file has no such array.
std::vector<std::int64_t> numbers_beside(const hdf5::File& file, const hdf5::Array& input, const std::string& name, std::int64_t low,
                                         std::int64_t high, const char* what) {
  if (!file.has(name)) return {};
  const hdf5::Array array = file.array(name);
  const hdf5::Kind kind = array.type().kind;
  if (array.row_elements() != 1 || (kind != hdf5::Kind::kInteger && kind != hdf5::Kind::kBoolean)) {
    throw Error(
        "{} holds {} of shape [{}]; beside {} it says {}, and must be [N] whole numbers. Give it another name if it is something "
        "else.",
        array.where(), to_string(array.type()), fmt::join(array.shape(), ", "), input.name(), what);
  }
  std::vector<std::int64_t> numbers;
  if (kind == hdf5::Kind::kBoolean) {
    const std::vector<std::uint8_t> flags = array.read_all<std::uint8_t>();
    numbers.assign(flags.begin(), flags.end());
  } else {
    numbers = array.read_all<std::int64_t>();
  }
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (numbers[i] >= low && numbers[i] <= high) continue;
    throw Error("{}: sample {} has {}; {} of {} is {} to {}.", array.where(), i, numbers[i], what, input.name(), low, high);
  }
  return numbers;
}

}  // namespace

bool is_verified(const DatasetOptions& options, const hdf5::Array& input) {
  return options.verify == Verify::kOn || (options.verify == Verify::kAuto && bytes_of(input) <= kVerifiedUnasked);
}

std::unique_ptr<RowReader> rows_of(const hdf5::File& file, const hdf5::Array& array, const DatasetOptions& options, bool& has_digests) {
  std::unique_ptr<RowReader> rows = make_row_reader(array);
  BlockDigests digests;
  if (options.verify != Verify::kOff) digests = BlockDigests::load(file, array);
  has_digests = has_digests && file.has(digests_of(array.name()));
  if (digests.empty() && options.verify == Verify::kOn) {
    throw Error("{} has no digests to be verified by: data.verify is for files that galen import or galen synth wrote.", array.where());
  }
  if (digests.empty() || !is_verified(options, array)) return rows;
  return std::make_unique<CheckedRows>(array, std::move(rows), std::move(digests));
}

std::vector<hdf5::Array> checked_inputs(const hdf5::File& file, const DatasetOptions& options) {
  std::vector<hdf5::Array> inputs;
  for (const std::string& name : input_names(file, options)) {
    inputs.push_back(checked_samples(file, name));
    const hdf5::Array &first = inputs.front(), &input = inputs.back();
    if (std::ranges::count(inputs, input.name(), &hdf5::Array::name) > 1) {
      throw UsageError("data.input = {} names {} twice.", options.input, input.name());
    }
    check_lengths(file, input, options);
    if (input.rows() != first.rows()) {
      throw Error(
          "{} has {} samples, but dataset {} has {}; every input has an entry for each sample, and NAME_present says which lack it.",
          input.where(), input.rows(), first.name(), first.rows());
    }
    if (!is_verified(options, input)) continue;
    for (const std::string& beside :
         {sample_id_array(options), patient_array(options), split_array(options), std::string(schema::kTextLength),
          std::string(schema::kVocabulary), length_array(input), present_array(input)}) {
      check_array(file, beside);
    }
  }
  return inputs;
}

std::vector<std::string> layouts_of(const DatasetOptions& options, std::size_t inputs) {
  std::vector<std::string> layouts = options::split_list(options.layout);
  if (options.layout == "auto") layouts.assign(inputs, options.layout);
  if (layouts.size() == inputs) return layouts;
  throw UsageError("data.layout = {} is for {} input{}, but data.input names {}: one layout for each, with commas between, or auto.",
                   options.layout, layouts.size(), layouts.size() == 1 ? "" : "s", inputs);
}

StoredInput open_input(const hdf5::File& file, const hdf5::Array& array, const DatasetOptions& options, const std::string& letters,
                       std::vector<std::string>& notes, bool& has_digests) {
  StoredTexts texts = read_texts(file, array);
  StoredInput input{array,
                    layout_of(file, array, letters, notes),
                    rows_of(file, array, options, has_digests),
                    std::move(texts.vocabulary),
                    as_utf8(array.texts(schema::kFeatureNamesAttribute)),
                    std::move(texts.lengths),
                    {}};
  check_feature_names(input);
  if (!input.vocabulary) {
    input.lengths = numbers_beside(file, array, length_array(array), 1, input.layout.sample_shape().back(), "a length");
  }
  const std::vector<std::int64_t> present = numbers_beside(file, array, present_array(array), 0, 1, "which samples have a value");
  input.present.assign(present.begin(), present.end());
  const bool ours = file.has_attribute(schema::kVersionAttribute);
  for (const std::string& name : {length_array(array), present_array(array)}) {
    if (!ours && file.has(name)) notes.push_back(fmt::format("{}: {} is taken as what it says of {}.", file.where(), name, array.name()));
  }
  return input;
}

}  // namespace galen::data
