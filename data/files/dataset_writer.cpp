#include "data/files/dataset_writer.h"

#include "data/files/digested_array.h"
#include "data/files/integrity.h"
#include "data/files/schema.h"
#include "data/files/stored_vocabulary.h"
#include "data/files/training_moments.h"
#include "data/hdf5/hdf5.h"
#include "galen/atomic_file.h"
#include "galen/digest.h"
#include "galen/error.h"
#include "galen/room.h"

#include <ATen/ops/any.h>
#include <ATen/ops/isnan.h>
#include <ATen/ops/ne.h>
#include <ATen/ops/sum.h>
#include <c10/util/Exception.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

namespace galen::data {

namespace {

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

}  // namespace

struct DatasetWriter::Output {
  Output(const std::string& name, DatasetDescription what, bool overwrite) : file(name, overwrite), description(std::move(what)) {}

  void measure(const at::Tensor& values);
  void write_targets();
  void write_names();
  void write_numbers(const char* name, hdf5::Native type, const std::vector<std::int64_t>& shape, const void* numbers);
  void write_text();

  AtomicFile file;
  DatasetDescription description;
  std::optional<hdf5::File> hdf5;
  at::Tensor targets;
  std::vector<std::string> groups;
  std::vector<std::string> sample_ids;
  std::vector<std::string> study_dates;
  at::Tensor spacing;
  std::vector<Subset> split;
  std::vector<std::int64_t> text_lengths;
  Digest digest;
  Digest mask_digest;
  std::optional<DigestedArray> input;
  std::optional<DigestedArray> mask;
  std::optional<TrainingMoments> moments;
};

std::int64_t stored_bytes(const DatasetDescription& description) {
  const std::int64_t element = description.type == at::kInt    ? 2
                               : description.type == at::kLong ? 4
                                                               : static_cast<std::int64_t>(c10::elementSize(description.type));
  std::int64_t cells = 1;  // of a mask
  for (std::size_t d = 1; d < description.sample_shape.size(); ++d) cells = saturating_product(cells, description.sample_shape[d]);
  std::int64_t sample = saturating_product(cells, description.sample_shape.front());
  sample = saturating_product(sample, element);
  if (description.has_mask && sample < std::numeric_limits<std::int64_t>::max() - cells) sample += cells;
  return saturating_product(sample, description.size);
}

DatasetWriter::DatasetWriter(const std::string& file, const DatasetDescription& description, bool overwrite)
    : output_(std::make_unique<Output>(file, description, overwrite)) {
  TORCH_CHECK(description.size > 0 && !description.sample_shape.empty(), "a data set has samples, and samples have a shape");
  Output& output = *output_;
  if (description.compression == 0) {
    expect_disk_space(file, stored_bytes(description),
                      fmt::format("{} samples of [{}]", description.size, fmt::join(description.sample_shape, ", ")));
  }
  std::vector<std::int64_t> shape = {description.size};
  shape.insert(shape.end(), description.sample_shape.begin(), description.sample_shape.end());
  TORCH_CHECK(std::find(shape.begin(), shape.end(), 0) == shape.end(), "empty samples");

  output.hdf5 = hdf5::File::create(output.file.temporary_name());
  output.hdf5->set_attribute(schema::kVersionAttribute, schema::kVersion);
  for (const auto& [key, text] : description.provenance) output.hdf5->set_attribute(key, text);
  output.input.emplace(*output.hdf5, input_path(description), description.type, shape, description.compression, output.digest);
  if (description.has_mask) {
    TORCH_CHECK(description.sample_shape.size() > 1, "a mask goes with an image");
    shape.erase(shape.begin() + 1);
    output.mask.emplace(*output.hdf5, schema::kMask, at::kByte, shape, description.compression, output.mask_digest);
    if (!description.mask_class_names.empty())
      output.mask->stored().set_attribute(schema::kClassNamesAttribute, description.mask_class_names);
  }
  hdf5::Array& input = output.input->stored();
  if (!description.feature_names.empty()) input.set_attribute(schema::kFeatureNamesAttribute, description.feature_names);
  if (!description.channel_names.empty()) input.set_attribute(schema::kChannelNamesAttribute, description.channel_names);
  if (description.sampling_rate > 0) input.set_attribute(schema::kSamplingRateAttribute, std::vector{description.sampling_rate});
  if (!description.channel_units.empty()) input.set_attribute(schema::kUnitsAttribute, description.channel_units);
  if (!description.columns.empty()) input.set_attribute(schema::kColumnsAttribute, description.columns);
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
  TORCH_CHECK(output.input->appended() + count <= description.size, "more samples than the ", description.size, " that were described");
  if (mask.defined()) {
    TORCH_CHECK(mask.scalar_type() == at::kByte && mask.is_contiguous() && mask.dim() == input.dim() - 1 && mask.size(0) == count &&
                    mask.sizes().slice(1) == input.sizes().slice(2),
                "masks are not as described: ", mask.scalar_type(), " ", mask.sizes());
    output.mask->append(mask);
  }
  if (description.vocabulary) {
    append_lengths(input, output.text_lengths);
  } else {
    output.measure(input);  // token numbers have no mean
  }
  output.input->append(input);
}

void DatasetWriter::set_targets(const at::Tensor& targets) {
  const bool classes = targets.dim() == 1 && targets.scalar_type() == at::kLong;
  const bool columns = targets.dim() == 2 && (targets.scalar_type() == at::kFloat || targets.scalar_type() == at::kDouble);
  TORCH_CHECK((classes || columns) && targets.size(0) == output_->description.size && targets.is_contiguous(),
              "targets are [N] i64, or [N, K] f32 or f64, not ", targets.scalar_type(), " ", targets.sizes());
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
  TORCH_CHECK(output_->input->appended() == 0, "the split tells which samples are measured when they are appended");
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

  const bool unknown = description.task == "multilabel" && at::isnan(targets).any().item<bool>();  // which whole numbers do not hold
  const hdf5::Native in_memory = classes                                ? hdf5::Native::kI64
                                 : targets.scalar_type() == at::kDouble ? hdf5::Native::kF64
                                                                        : hdf5::Native::kF32;
  hdf5::Native type = description.task == "regression" ? in_memory : unknown ? hdf5::Native::kF32 : hdf5::Native::kU8;
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
  array.write(0, size, in_memory, targets.const_data_ptr());
  write_digests(*hdf5, array);
  array.set_attribute(schema::kTaskAttribute, description.task);
  if (!description.class_names.empty()) array.set_attribute(schema::kClassNamesAttribute, description.class_names);
}

void DatasetWriter::Output::write_numbers(const char* name, hdf5::Native type, const std::vector<std::int64_t>& shape,
                                          const void* numbers) {
  hdf5::Array array = hdf5->create_array(name, type, shape);
  array.write(0, shape.front(), type, numbers);
  write_digests(*hdf5, array);
}

void DatasetWriter::Output::write_names() {
  for (const auto& [path, names] : {std::pair<const char*, std::vector<std::string>*>(schema::kGroupId, &groups),
                                    {schema::kSampleId, &sample_ids},
                                    {schema::kStudyDate, &study_dates}}) {
    if (names->empty()) continue;
    for (const std::string& name : *names) digest.add(name);
    hdf5->write_texts(path, *names);
    write_digests(*hdf5, hdf5->array(path));
  }
  if (spacing.defined()) {
    digest.add(spacing);
    write_numbers(schema::kSpacing, hdf5::Native::kF32, {spacing.size(0), spacing.size(1)}, spacing.const_data_ptr());
  }
  if (!split.empty()) {
    digest.add_bytes(split.data(), split.size());
    write_numbers(schema::kSplit, hdf5::Native::kU8, {description.size}, split.data());
  }
}

void DatasetWriter::Output::write_text() {
  if (!description.vocabulary) return;
  for (const std::string& token : description.vocabulary->tokens) digest.add(token);
  write_vocabulary(*hdf5, *description.vocabulary);
  write_digests(*hdf5, hdf5->array(schema::kVocabulary));
  write_numbers(schema::kTextLength, hdf5::Native::kI64, {description.size}, text_lengths.data());
}

void DatasetWriter::Output::measure(const at::Tensor& values) {
  if (!moments) moments.emplace(split, description.size, description.sample_shape);
  moments->add(input->appended(), values);
}

void DatasetWriter::finish() {
  Output& output = *output_;
  const std::int64_t appended = output.input->appended();
  TORCH_CHECK(appended == output.description.size, appended, " of ", output.description.size, " samples were appended");
  output.write_targets();
  output.write_names();
  output.write_text();
  if (output.mask) {
    output.digest.add(output.mask_digest.hex());
    output.mask->finish();
  }
  output.input->finish();
  if (output.moments) output.moments->write(output.input->stored());
  output.hdf5->set_attribute(schema::kContentDigestAttribute, output.digest.hex());
  output.hdf5->flush();
  output.input.reset();
  output.mask.reset();
  output.hdf5.reset();
  output.file.publish();
}

}  // namespace galen::data
