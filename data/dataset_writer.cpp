#include "data/dataset_writer.h"

#include "data/atomic_file.h"
#include "data/digest.h"
#include "data/hdf5.h"
#include "data/scaling.h"
#include "data/schema.h"
#include "galen/error.h"

#include <c10/util/Exception.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <optional>
#include <utility>

namespace galen::data {

namespace {

constexpr std::int64_t kChunkBytes = 256 * 1024;

hdf5::Native stored_type(at::ScalarType type) {
  switch (type) {
    case at::kByte:
      return hdf5::Native::kU8;
    case at::kInt:
      return hdf5::Native::kU16;
    case at::kFloat:
      return hdf5::Native::kF32;
    default:
      TORCH_CHECK(false, "samples are written from kByte, kInt or kFloat, not ", type);
  }
}

std::vector<std::uint16_t> to_u16(const at::Tensor& values, const std::string& where) {
  std::vector<std::uint16_t> narrow(static_cast<std::size_t>(values.numel()));
  const auto* wide = values.const_data_ptr<std::int32_t>();
  for (std::size_t i = 0; i < narrow.size(); ++i) {
    if (wide[i] < 0 || wide[i] > std::numeric_limits<std::uint16_t>::max()) {
      throw Error("{}: the value {} does not fit into 16 bits without sign.", where, wide[i]);
    }
    narrow[i] = static_cast<std::uint16_t>(wide[i]);
  }
  return narrow;
}

std::string input_path(const DatasetDescription& description) {
  const std::string path = "/samples/" + description.input;
  TORCH_CHECK(path == schema::kImage || path == schema::kSignal || path == schema::kTabular, "no such input: ", description.input);
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
  void write_names();

  AtomicFile file;
  DatasetDescription description;
  std::optional<hdf5::File> hdf5;
  std::optional<hdf5::Array> input;
  std::optional<hdf5::Array> mask;
  std::int64_t appended = 0;
  at::Tensor targets;
  std::vector<std::string> groups;
  std::vector<std::string> sample_ids;
  std::vector<Subset> split;
  Digest digest;
  Digest mask_digest;
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
  output.hdf5->set_attribute(schema::kVersionAttribute, schema::kVersion);
  for (const auto& [key, text] : description.provenance) output.hdf5->set_attribute(key, text);
  output.input = output.hdf5->create_array(input_path(description), type, shape, description.compression > 0 ? chunk_rows : 0,
                                           description.compression);
  if (description.has_mask) {
    TORCH_CHECK(description.sample_shape.size() > 1, "a mask goes with an image");
    shape.erase(shape.begin() + 1);
    output.mask = output.hdf5->create_array(schema::kMask, hdf5::Native::kU8, shape, description.compression > 0 ? chunk_rows : 0,
                                            description.compression);
  }
  if (!description.feature_names.empty()) output.input->set_attribute(schema::kFeatureNamesAttribute, description.feature_names);
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
    const std::vector<std::uint16_t> values = to_u16(input, output.input->where());
    output.digest.add_bytes(values.data(), values.size() * sizeof(values.front()));
    output.input->write(output.appended, count, hdf5::Native::kU16, values.data());
  } else {
    output.digest.add_bytes(input.const_data_ptr(), input.nbytes());
    output.input->write(output.appended, count, stored_type(description.type), input.const_data_ptr());
  }
  if (mask.defined()) {
    TORCH_CHECK(mask.scalar_type() == at::kByte && mask.is_contiguous() && mask.dim() == input.dim() - 1 && mask.size(0) == count &&
                    mask.sizes().slice(1) == input.sizes().slice(2),
                "masks are not as described: ", mask.scalar_type(), " ", mask.sizes());
    output.mask_digest.add_bytes(mask.const_data_ptr(), mask.nbytes());
    output.mask->write(output.appended, count, hdf5::Native::kU8, mask.const_data_ptr());
  }
  output.appended += count;
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
  array.set_attribute(schema::kTaskAttribute, description.task);
  if (!description.class_names.empty()) array.set_attribute(schema::kClassNamesAttribute, description.class_names);
}

void DatasetWriter::Output::write_names() {
  for (const auto& [path, names] : {std::pair(schema::kGroupId, &groups), std::pair(schema::kSampleId, &sample_ids)}) {
    if (names->empty()) continue;
    for (const std::string& name : *names) digest.add(name);
    hdf5->write_texts(path, *names);
  }
  if (!split.empty()) {
    digest.add_bytes(split.data(), split.size());
    hdf5->create_array(schema::kSplit, hdf5::Native::kU8, {description.size}).write(0, description.size, hdf5::Native::kU8, split.data());
  }
}

void DatasetWriter::finish() {
  Output& output = *output_;
  TORCH_CHECK(output.appended == output.description.size, output.appended, " of ", output.description.size, " samples were appended");
  output.write_targets();
  output.write_names();
  if (output.description.has_mask) output.digest.add(output.mask_digest.hex());
  output.hdf5->set_attribute(schema::kContentDigestAttribute, output.digest.hex());
  output.hdf5->flush();
  output.input.reset();
  output.mask.reset();
  output.hdf5.reset();

  // Read back what was written: statistics are of the samples as they will be read.
  const std::string& path = output.file.temporary_name();
  Moments moments;
  {
    const Dataset written({.file = path, .input = input_path(output.description), .target = schema::kLabel, .layout = "auto"});
    moments = measure(written, training_samples(written.stored_split(), written.size()));
  }
  {
    hdf5::File file = hdf5::File::modify(path);
    hdf5::Array input = file.array(input_path(output.description));
    input.set_attribute(schema::kMeanAttribute, moments.mean);
    input.set_attribute(schema::kDeviationAttribute, moments.deviation);
    file.flush();
  }
  output.file.publish();
}

}  // namespace galen::data
