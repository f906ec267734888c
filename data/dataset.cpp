#include "data/dataset.h"

#include "data/digest.h"
#include "data/hdf5.h"
#include "data/layout.h"
#include "data/sample_metadata.h"
#include "data/schema.h"
#include "data/stored_targets.h"
#include "galen/error.h"

#include <c10/util/Exception.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <type_traits>
#include <utility>

namespace galen::data {

struct Dataset::Contents {
  std::string file;
  hdf5::Array input;
  Layout layout;
  at::ScalarType type;
  StoredTargets targets;
  std::vector<std::string> feature_names;
  SampleMetadata metadata;
  std::string digest;

  std::int64_t size() const { return input.rows(); }
  template <typename Stored, typename Value>
  void read(std::span<const std::int64_t> samples, Value* values) const;
};

namespace {

hdf5::Array find_input(const hdf5::File& file, const std::string& name) {
  if (!name.empty()) return file.array(name);
  for (const char* candidate : {schema::kImage, schema::kSignal, schema::kTabular}) {
    if (file.has(candidate)) return file.array(candidate);
  }
  throw Error("{}: none of the datasets {}, {} and {} is there, and data.input names no other. The file holds: {}.", file.where(),
              schema::kImage, schema::kSignal, schema::kTabular, fmt::join(file.arrays(), ", "));
}

void check_input(const hdf5::Array& input) {
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
}

Layout layout_of(const hdf5::File& file, const hdf5::Array& input, const std::string& letters) {
  if (letters != "auto") return Layout(letters, input.shape(), input.where());
  const std::string guess = guess_layout(input.shape(), input.name(), file.has_attribute(schema::kVersionAttribute));
  if (guess.empty()) {
    throw Error("{} has shape [{}], which can be read in several ways. Say which: data.layout = nchw, nhwc, ndhw, ncdhw or ndhwc.",
                input.where(), fmt::join(input.shape(), ", "));
  }
  return Layout(guess, input.shape(), input.where());
}

at::ScalarType type_in_memory(const hdf5::ElementType& stored) {
  if (stored.kind == hdf5::Kind::kBoolean) return at::kByte;
  if (stored.kind == hdf5::Kind::kFloat) return stored.bytes <= 4 ? at::kFloat : at::kDouble;
  if (stored.bytes == 1 && !stored.is_signed) return at::kByte;
  const std::size_t signed_bytes = stored.is_signed ? stored.bytes : 2 * stored.bytes;
  return signed_bytes <= 2 ? at::kShort : signed_bytes <= 4 ? at::kInt : at::kLong;
}

}  // namespace

Dataset::Dataset(const DatasetOptions& options) {
  const hdf5::File file = hdf5::File::open(options.file);
  hdf5::Array input = find_input(file, options.input);
  check_input(input);
  Layout layout = layout_of(file, input, options.layout);

  StoredTargets targets;
  if (!options.target.empty() && file.has(options.target)) {
    const hdf5::Array array = file.array(options.target);
    check_length(array, input);
    targets = read_targets(array);
  }
  const at::ScalarType type = type_in_memory(input.type());
  contents_ = std::make_unique<Contents>(Contents{options.file,
                                                  input,
                                                  std::move(layout),
                                                  type,
                                                  std::move(targets),
                                                  input.texts(schema::kFeatureNamesAttribute),
                                                  read_metadata(file, input),
                                                  {}});

  Contents& contents = *contents_;
  const std::int64_t features = input_shape().size() == 1 ? input_shape().front() : 0;
  if (!contents.feature_names.empty() && static_cast<std::int64_t>(contents.feature_names.size()) != features) {
    throw Error("{}: attribute {} names {} columns, but there are {}.", input.where(), schema::kFeatureNamesAttribute,
                contents.feature_names.size(), features);
  }

  Digest digest;
  digest.add(input.shape());
  digest.add(input_shape());
  digest.add(to_string(input.type()));
  if (contents.targets.values.defined()) digest.add(contents.targets.values);
  for (const std::string& name : contents.targets.class_names) digest.add(name);
  digest.add(contents.metadata.groups);
  for (const std::string& name : contents.metadata.group_names) digest.add(name);
  for (const std::string& name : contents.metadata.sample_names) digest.add(name);
  for (const std::string& text : file.texts(schema::kContentDigestAttribute)) digest.add(text);
  contents.digest = digest.hex();
}

Dataset::~Dataset() = default;

const std::string& Dataset::file() const { return contents_->file; }
const std::string& Dataset::input_name() const { return contents_->input.name(); }
std::int64_t Dataset::size() const { return contents_->size(); }
const std::vector<std::int64_t>& Dataset::input_shape() const { return contents_->layout.sample_shape(); }
at::ScalarType Dataset::input_type() const { return contents_->type; }
TargetKind Dataset::target_kind() const { return contents_->targets.kind; }
const at::Tensor& Dataset::targets() const { return contents_->targets.values; }
const std::vector<std::string>& Dataset::class_names() const { return contents_->targets.class_names; }
const std::vector<std::string>& Dataset::feature_names() const { return contents_->feature_names; }
const std::vector<std::int64_t>& Dataset::groups() const { return contents_->metadata.groups; }
const std::vector<Subset>& Dataset::stored_split() const { return contents_->metadata.split; }
const std::string& Dataset::digest() const { return contents_->digest; }

double Dataset::input_minimum() const {
  const hdf5::ElementType& stored = contents_->input.type();
  const bool is_negative = stored.kind == hdf5::Kind::kInteger && stored.is_signed;
  return is_negative ? -std::ldexp(1.0, 8 * static_cast<int>(stored.bytes) - 1) : 0;
}

double Dataset::input_maximum() const {
  const hdf5::ElementType& stored = contents_->input.type();
  if (stored.kind != hdf5::Kind::kInteger) return 1;
  return std::ldexp(1.0, 8 * static_cast<int>(stored.bytes) - (stored.is_signed ? 1 : 0)) - 1;
}

std::string Dataset::sample_name(std::int64_t sample) const {
  TORCH_CHECK(sample >= 0 && sample < size(), "sample ", sample, " of ", size());
  const std::vector<std::string>& names = contents_->metadata.sample_names;
  return names.empty() ? std::to_string(sample) : names[static_cast<std::size_t>(sample)];
}

std::string Dataset::group_name(std::int64_t sample) const {
  TORCH_CHECK(sample >= 0 && sample < size(), "sample ", sample, " of ", size());
  const std::vector<std::string>& names = contents_->metadata.group_names;
  return names.empty() ? sample_name(sample) : names[static_cast<std::size_t>(groups()[static_cast<std::size_t>(sample)])];
}

void Dataset::read(std::span<const std::int64_t> samples, at::Tensor& values) const {
  const std::vector<std::int64_t>& shape = input_shape();
  const auto sizes = values.sizes();
  TORCH_CHECK(sizes.size() == shape.size() + 1 && sizes[0] == static_cast<std::int64_t>(samples.size()) &&
                  std::equal(shape.begin(), shape.end(), sizes.begin() + 1) && values.is_contiguous(),
              "values must be [samples, input shape], contiguous; their shape is ", sizes);
  for (const std::int64_t sample : samples) TORCH_CHECK(sample >= 0 && sample < size(), "sample ", sample, " of ", size());
  if (values.scalar_type() == at::kByte) {
    TORCH_CHECK(input_type() == at::kByte, "the samples are not stored as u8");
    contents_->read<std::uint8_t>(samples, values.mutable_data_ptr<std::uint8_t>());
  } else if (input_type() == at::kByte) {
    contents_->read<std::uint8_t>(samples, values.mutable_data_ptr<float>());
  } else {
    contents_->read<float>(samples, values.mutable_data_ptr<float>());
  }
}

// Neighbours in the file are read with one call, wherever they stand among the samples asked for.
template <typename Stored, typename Value>
void Dataset::Contents::read(std::span<const std::int64_t> samples, Value* values) const {
  std::vector<std::size_t> sorted(samples.size());
  std::iota(sorted.begin(), sorted.end(), std::size_t{0});
  std::stable_sort(sorted.begin(), sorted.end(), [&](std::size_t a, std::size_t b) { return samples[a] < samples[b]; });

  const auto elements = static_cast<std::size_t>(input.row_elements());
  std::vector<Stored> stored;
  for (std::size_t begin = 0, end = 0; begin < sorted.size(); begin = end) {
    const std::int64_t first = samples[sorted[begin]];
    bool in_place = layout.as_stored() && std::is_same_v<Stored, Value>;
    for (end = begin + 1; end < sorted.size() && samples[sorted[end]] == first + static_cast<std::int64_t>(end - begin); ++end) {
      in_place = in_place && sorted[end] == sorted[end - 1] + 1;
    }
    const auto count = static_cast<std::int64_t>(end - begin);
    if (in_place) {
      input.read(first, count, hdf5::kNative<Stored>, values + sorted[begin] * elements);
      continue;
    }
    stored.resize(static_cast<std::size_t>(count) * elements);
    input.read(first, count, hdf5::kNative<Stored>, stored.data());
    for (std::size_t i = begin; i < end; ++i) layout.rearrange(&stored[(i - begin) * elements], values + sorted[i] * elements);
  }
}

}  // namespace galen::data
