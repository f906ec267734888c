#include "data/dataset_writer.h"

#include "data/atomic_file.h"
#include "data/digest.h"
#include "data/hdf5.h"
#include "data/integrity.h"
#include "data/scaling.h"
#include "data/schema.h"
#include "data/text/stored_vocabulary.h"
#include "galen/error.h"

#include <ATen/ops/ne.h>
#include <ATen/ops/sum.h>
#include <c10/util/Exception.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <optional>
#include <type_traits>
#include <utility>

namespace galen::data {

namespace {

constexpr std::int64_t kChunkBytes = 256 * 1024;

hdf5::Native stored_type(at::ScalarType type) {
  switch (type) {
    case at::kByte:
      return hdf5::Native::kU8;
    case at::kShort:
      return hdf5::Native::kI16;
    case at::kInt:
      return hdf5::Native::kU16;
    case at::kFloat:
      return hdf5::Native::kF32;
    case at::kLong:
      return hdf5::Native::kI32;
    default:
      TORCH_CHECK(false, "samples are written from kByte, kShort, kInt, kFloat or kLong, not ", type);
  }
}

template <typename Narrow, typename Wide>
std::vector<Narrow> to_narrow(const at::Tensor& values, const std::string& where) {
  std::vector<Narrow> narrow(static_cast<std::size_t>(values.numel()));
  const auto* wide = values.const_data_ptr<Wide>();
  for (std::size_t i = 0; i < narrow.size(); ++i) {
    if (wide[i] < 0 || wide[i] > std::numeric_limits<Narrow>::max()) {
      throw Error("{}: the value {} does not fit into {} bits{}.", where, wide[i], 8 * sizeof(Narrow),
                  std::is_signed_v<Narrow> ? ", or is negative" : " without sign");
    }
    narrow[i] = static_cast<Narrow>(wide[i]);
  }
  return narrow;
}

// Tokens of each text: what comes before the padding.
void append_lengths(const at::Tensor& ids, std::vector<std::int64_t>& lengths) {
  const at::Tensor length = ids.ne(0).sum(1);
  lengths.insert(lengths.end(), length.const_data_ptr<std::int64_t>(), length.const_data_ptr<std::int64_t>() + length.numel());
}

std::string input_path(const DatasetDescription& description) {
  const std::string path = "/samples/" + description.input;
  TORCH_CHECK(path == schema::kImage || path == schema::kSignal || path == schema::kTabular || path == schema::kText,
              "no such input: ", description.input);
  return path;
}

// The samples that statistics come from: the training split, or all where there is none.
std::vector<std::int64_t> training_samples(const std::vector<Subset>& split, std::int64_t size) {
  std::vector<std::int64_t> samples = members(split, Subset::kTrain);
  if (samples.empty()) {
    samples.resize(static_cast<std::size_t>(size));
    std::iota(samples.begin(), samples.end(), 0);
  }
  return samples;
}

}  // namespace

struct DatasetWriter::Output {
  Output(const std::string& name, DatasetDescription what, bool overwrite) : file(name, overwrite), description(std::move(what)) {}

  void write_targets();
  void write_digests(const hdf5::Array& array, hdf5::Native type);
  void write_names();
  void write_text();
  void write_statistics() const;
  template <typename Narrow, typename Wide>
  void append_narrow(const at::Tensor& values);

  AtomicFile file;
  DatasetDescription description;
  std::optional<hdf5::File> hdf5;
  std::optional<hdf5::Array> input;
  std::optional<hdf5::Array> mask;
  std::int64_t appended = 0;
  at::Tensor targets;
  std::vector<std::string> groups;
  std::vector<std::string> sample_ids;
  std::vector<std::string> study_dates;
  at::Tensor spacing;
  std::vector<Subset> split;
  std::vector<std::int64_t> text_lengths;
  Digest digest;
  Digest mask_digest;
  std::optional<BlockDigester> mask_blocks;
  std::optional<BlockDigester> blocks;  // of the input
};

DatasetWriter::DatasetWriter(const std::string& file, const DatasetDescription& description, bool overwrite)
    : output_(std::make_unique<Output>(file, description, overwrite)) {
  TORCH_CHECK(description.size > 0 && !description.sample_shape.empty(), "a data set has samples, and samples have a shape");
  Output& output = *output_;
  std::vector<std::int64_t> shape = {description.size};
  shape.insert(shape.end(), description.sample_shape.begin(), description.sample_shape.end());

  const hdf5::Native type = stored_type(description.type);
  const std::int64_t elements = std::accumulate(shape.begin() + 1, shape.end(), std::int64_t{1}, std::multiplies<>());
  TORCH_CHECK(elements > 0, "empty samples");
  const std::int64_t chunk_rows =
      std::clamp<std::int64_t>(kChunkBytes / (elements * static_cast<std::int64_t>(hdf5::bytes_of(type))), 1, description.size);

  output.hdf5 = hdf5::File::create(output.file.temporary_name());
  output.blocks.emplace(elements * static_cast<std::int64_t>(hdf5::bytes_of(type)), description.compression > 0 ? chunk_rows : 1);
  output.hdf5->set_attribute(schema::kVersionAttribute, schema::kVersion);
  for (const auto& [key, text] : description.provenance) output.hdf5->set_attribute(key, text);
  output.input = output.hdf5->create_array(input_path(description), type, shape, description.compression > 0 ? chunk_rows : 0,
                                           description.compression);
  if (description.has_mask) {
    TORCH_CHECK(description.sample_shape.size() > 1, "a mask goes with an image");
    shape.erase(shape.begin() + 1);
    const std::int64_t voxels = elements / description.sample_shape.front();
    const std::int64_t mask_rows = std::clamp<std::int64_t>(kChunkBytes / voxels, 1, description.size);
    output.mask_blocks.emplace(voxels, description.compression > 0 ? mask_rows : 1);
    output.mask = output.hdf5->create_array(schema::kMask, hdf5::Native::kU8, shape, description.compression > 0 ? mask_rows : 0,
                                            description.compression);
  }
  if (!description.feature_names.empty()) output.input->set_attribute(schema::kFeatureNamesAttribute, description.feature_names);
  if (!description.channel_names.empty()) output.input->set_attribute(schema::kChannelNamesAttribute, description.channel_names);
  if (description.sampling_rate > 0) output.input->set_attribute(schema::kSamplingRateAttribute, std::vector{description.sampling_rate});
  if (!description.channel_units.empty()) output.input->set_attribute(schema::kUnitsAttribute, description.channel_units);
  if (!description.columns.empty()) output.input->set_attribute(schema::kColumnsAttribute, description.columns);
}

DatasetWriter::~DatasetWriter() = default;

void DatasetWriter::append(const at::Tensor& input, const at::Tensor& mask) {
  Output& output = *output_;
  const DatasetDescription& description = output.description;
  TORCH_CHECK(input.scalar_type() == description.type && input.is_contiguous() && input.dim() > 0 &&
                  input.sizes().slice(1) == at::IntArrayRef(description.sample_shape),
              "samples are not as described: ", input.scalar_type(), " ", input.sizes());
  TORCH_CHECK(mask.defined() == description.has_mask, "masks are not as described");
  const std::int64_t count = input.size(0);
  TORCH_CHECK(output.appended + count <= description.size, "more samples than the ", description.size, " that were described");
  if (description.type == at::kInt) {
    output.append_narrow<std::uint16_t, std::int32_t>(input);
  } else if (description.type == at::kLong) {
    output.append_narrow<std::int32_t, std::int64_t>(input);
  } else {
    output.digest.add_bytes(input.const_data_ptr(), input.nbytes());
    output.blocks->add({static_cast<const std::byte*>(input.const_data_ptr()), input.nbytes()});
    output.input->write(output.appended, count, stored_type(description.type), input.const_data_ptr());
  }
  if (mask.defined()) {
    TORCH_CHECK(mask.scalar_type() == at::kByte && mask.is_contiguous() && mask.dim() == input.dim() - 1 && mask.size(0) == count &&
                    mask.sizes().slice(1) == input.sizes().slice(2),
                "masks are not as described: ", mask.scalar_type(), " ", mask.sizes());
    output.mask_digest.add_bytes(mask.const_data_ptr(), mask.nbytes());
    output.mask_blocks->add({static_cast<const std::byte*>(mask.const_data_ptr()), mask.nbytes()});
    output.mask->write(output.appended, count, hdf5::Native::kU8, mask.const_data_ptr());
  }
  if (description.vocabulary) append_lengths(input, output.text_lengths);
  output.appended += count;
}

template <typename Narrow, typename Wide>
void DatasetWriter::Output::append_narrow(const at::Tensor& values) {
  const std::vector<Narrow> narrow = to_narrow<Narrow, Wide>(values, input->where());
  digest.add_bytes(narrow.data(), narrow.size() * sizeof(Narrow));
  blocks->add(std::as_bytes(std::span(narrow)));
  input->write(appended, values.size(0), hdf5::kNative<Narrow>, narrow.data());
}

void DatasetWriter::set_targets(const at::Tensor& targets) {
  const bool classes = targets.dim() == 1 && targets.scalar_type() == at::kLong;
  const bool columns = targets.dim() == 2 && targets.scalar_type() == at::kFloat;
  TORCH_CHECK((classes || columns) && targets.size(0) == output_->description.size && targets.is_contiguous(),
              "targets are [N] i64 or [N, K] f32, not ", targets.scalar_type(), " ", targets.sizes());
  const std::string& task = output_->description.task;
  TORCH_CHECK(classes ? task == "binary" || task == "multiclass" : task == "multilabel" || task == "regression", "task '", task,
              "' does not go with targets ", targets.scalar_type(), " ", targets.sizes());
  output_->targets = targets;
}

void DatasetWriter::set_groups(const std::vector<std::string>& group_ids) {
  TORCH_CHECK(static_cast<std::int64_t>(group_ids.size()) == output_->description.size, "one group a sample");
  output_->groups = group_ids;
}

void DatasetWriter::set_sample_ids(const std::vector<std::string>& sample_ids) {
  TORCH_CHECK(static_cast<std::int64_t>(sample_ids.size()) == output_->description.size, "one id a sample");
  output_->sample_ids = sample_ids;
}

void DatasetWriter::set_split(const std::vector<Subset>& split) {
  TORCH_CHECK(static_cast<std::int64_t>(split.size()) == output_->description.size, "one subset a sample");
  output_->split = split;
}

void DatasetWriter::set_spacing(const at::Tensor& spacing) {
  TORCH_CHECK(
      spacing.dim() == 2 && spacing.scalar_type() == at::kFloat && spacing.is_contiguous() && spacing.size(0) == output_->description.size,
      "spacing is [N, dimensions] f32");
  output_->spacing = spacing;
}

void DatasetWriter::set_study_dates(const std::vector<std::string>& dates) {
  TORCH_CHECK(static_cast<std::int64_t>(dates.size()) == output_->description.size, "one date a sample");
  output_->study_dates = dates;
}

void DatasetWriter::Output::write_targets() {
  if (!targets.defined()) return;
  digest.add(targets);
  const std::int64_t size = targets.size(0);
  const bool classes = targets.dim() == 1;
  std::vector<std::int64_t> shape = {size};
  if (!classes) shape.push_back(targets.size(1));

  hdf5::Native type = description.task == "regression" ? hdf5::Native::kF32 : hdf5::Native::kU8;
  if (classes) {
    const auto* labels = targets.const_data_ptr<std::int64_t>();
    const auto [smallest, largest] = std::minmax_element(labels, labels + size);
    const auto named = static_cast<std::int64_t>(description.class_names.size());
    if (*smallest < 0 || (named > 0 && *largest >= named)) {
      throw Error("{}: dataset {}: labels go from {} to {}, but there are {} class names, numbered from 0.", file.name(), schema::kLabel,
                  *smallest, *largest, named);
    }
    if (*largest > std::numeric_limits<std::uint8_t>::max()) type = hdf5::Native::kU16;
  }
  hdf5::Array array = hdf5->create_array(schema::kLabel, type, shape);
  array.write(0, size, classes ? hdf5::Native::kI64 : hdf5::Native::kF32, targets.const_data_ptr());
  write_digests(array, type);
  array.set_attribute(schema::kTaskAttribute, description.task);
  if (!description.class_names.empty()) array.set_attribute(schema::kClassNamesAttribute, description.class_names);
}

// Of a small array that has been written: as it reads now.
void DatasetWriter::Output::write_digests(const hdf5::Array& array, hdf5::Native type) {
  const std::int64_t row_bytes = array.row_elements() * bytes_of(type);
  std::vector<std::byte> bytes(static_cast<std::size_t>(array.rows() * row_bytes));
  array.read(0, array.rows(), type, bytes.data());
  BlockDigester array_blocks(row_bytes);
  array_blocks.add(bytes);
  array_blocks.write(*hdf5, array.name());
}

void DatasetWriter::Output::write_names() {
  for (const auto& [path, names] : {std::pair<const char*, std::vector<std::string>*>(schema::kGroupId, &groups),
                                    {schema::kSampleId, &sample_ids},
                                    {schema::kStudyDate, &study_dates}}) {
    if (names->empty()) continue;
    for (const std::string& name : *names) digest.add(name);
    hdf5->write_texts(path, *names);
  }
  if (spacing.defined()) {
    digest.add(spacing);
    hdf5->create_array(schema::kSpacing, hdf5::Native::kF32, {spacing.size(0), spacing.size(1)})
        .write(0, spacing.size(0), hdf5::Native::kF32, spacing.const_data_ptr());
  }
  if (!split.empty()) {
    digest.add_bytes(split.data(), split.size());
    hdf5->create_array(schema::kSplit, hdf5::Native::kU8, {description.size}).write(0, description.size, hdf5::Native::kU8, split.data());
  }
}

void DatasetWriter::Output::write_text() {
  if (!description.vocabulary) return;
  for (const std::string& token : description.vocabulary->tokens) digest.add(token);
  write_vocabulary(*hdf5, *description.vocabulary);
  hdf5->create_array(schema::kTextLength, hdf5::Native::kI64, {description.size})
      .write(0, description.size, hdf5::Native::kI64, text_lengths.data());
}

// Reads back what was written: statistics are of the samples as they will be read.
void DatasetWriter::Output::write_statistics() const {
  const std::string& path = file.temporary_name();
  Moments moments;
  {
    const Dataset written({.file = path, .input = input_path(description), .target = schema::kLabel, .layout = "auto"});
    moments = measure(written, training_samples(written.stored_split(), written.size()));
  }
  hdf5::File modified = hdf5::File::modify(path);
  hdf5::Array array = modified.array(input_path(description));
  array.set_attribute(schema::kMeanAttribute, moments.mean);
  array.set_attribute(schema::kDeviationAttribute, moments.deviation);
  modified.flush();
}

void DatasetWriter::finish() {
  Output& output = *output_;
  TORCH_CHECK(output.appended == output.description.size, output.appended, " of ", output.description.size, " samples were appended");
  output.write_targets();
  output.write_names();
  output.write_text();
  if (output.mask) {
    output.digest.add(output.mask_digest.hex());
    output.mask_blocks->write(*output.hdf5, output.mask->name());
  }
  output.blocks->write(*output.hdf5, output.input->name());
  output.hdf5->set_attribute(schema::kContentDigestAttribute, output.digest.hex());
  output.hdf5->flush();
  output.input.reset();
  output.mask.reset();
  output.hdf5.reset();

  if (!output.description.vocabulary) output.write_statistics();  // token numbers have no mean
  output.file.publish();
}

}  // namespace galen::data
