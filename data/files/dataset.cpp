#include "data/files/dataset.h"

#include "data/files/class_mapping.h"
#include "data/files/dataset_files.h"
#include "data/files/joined_files.h"
#include "data/files/sample_room.h"
#include "data/files/unpack.h"
#include "galen/digest.h"
#include "galen/error.h"

#include <c10/util/Exception.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <optional>
#include <utility>

namespace galen::data {

struct Dataset::Contents {
  explicit Contents(const DatasetOptions& wanted);

  // One input of all files.
  struct Joined {
    std::vector<std::int64_t> shape;
    std::optional<Vocabulary> vocabulary;
    std::vector<std::int64_t> lengths;
    std::vector<std::uint8_t> present;
  };
  static std::vector<Joined> join(std::span<const DatasetFile> all);

  DatasetOptions options;
  DatasetFiles files;
  std::vector<Joined> inputs;
  StoredTargets targets;
  SampleMetadata metadata;
  std::string digest;
};

namespace {

at::ScalarType type_in_memory(const hdf5::ElementType& stored) {
  if (stored.kind == hdf5::Kind::kBoolean) return at::kByte;
  if (stored.kind == hdf5::Kind::kFloat) return stored.bytes <= 4 ? at::kFloat : at::kDouble;
  if (stored.bytes == 1 && !stored.is_signed) return at::kByte;
  const std::size_t signed_bytes = stored.is_signed ? stored.bytes : 2 * stored.bytes;
  return signed_bytes <= 2 ? at::kShort : signed_bytes <= 4 ? at::kInt : at::kLong;
}

// Files of texts may have given them different room.
std::vector<std::int64_t> largest_shape(std::span<const DatasetFile> files, std::size_t input) {
  std::vector<std::int64_t> shape = files.front().inputs[input].layout.sample_shape();
  for (const DatasetFile& file : files) shape.front() = std::max(shape.front(), file.inputs[input].layout.sample_shape().front());
  return shape;
}

std::string joined_digest(std::span<const DatasetFile> files) {
  if (files.size() == 1) return files.front().digest;
  Digest digest;
  for (const DatasetFile& file : files) digest.add(file.digest);
  return digest.hex();
}

}  // namespace

std::vector<Dataset::Contents::Joined> Dataset::Contents::join(std::span<const DatasetFile> all) {
  std::vector<Joined> joined;
  for (std::size_t i = 0; i < all.front().inputs.size(); ++i) {
    joined.push_back({largest_shape(all, i), join_vocabulary(all, i), join_lengths(all, i), join_present(all, i)});
  }
  return joined;
}

Dataset::Contents::Contents(const DatasetOptions& wanted)
    : options(wanted),
      files(wanted),
      inputs(join(files.all())),
      targets(join_targets(files.all())),
      metadata(join_metadata(files.all())),
      digest(joined_digest(files.all())) {}

Dataset::Dataset(const DatasetOptions& options) : contents_(std::make_shared<Contents>(options)) {
  const std::size_t count = contents_->inputs.size();
  for (std::size_t i = 0; count > 1 && i < count; ++i) alone_.push_back(std::unique_ptr<Dataset>(new Dataset(contents_, i)));
  for (std::size_t i = 0; i < count; ++i) expect_room_for_a_sample(input(i));
}

Dataset::Dataset(std::shared_ptr<Contents> contents, std::size_t number) : contents_(std::move(contents)), number_(number) {}

Dataset::~Dataset() = default;

const DatasetOptions& Dataset::options() const { return contents_->options; }
const std::string& Dataset::file() const { return contents_->options.file; }
std::size_t Dataset::inputs() const { return std::max<std::size_t>(alone_.size(), 1); }
const StoredInput& Dataset::in_first_file() const { return contents_->files.all().front().inputs[number_]; }
const StoredInput& Dataset::in_file_of(std::int64_t sample) const { return contents_->files.of(sample).inputs[number_]; }
const std::string& Dataset::input_name() const { return in_first_file().array.name(); }
std::int64_t Dataset::size() const { return contents_->files.size(); }
const std::vector<std::int64_t>& Dataset::input_shape() const { return contents_->inputs[number_].shape; }
at::ScalarType Dataset::input_type() const { return type_in_memory(in_first_file().array.type()); }
hdf5::Native Dataset::stored_type() const { return hdf5::native_of(in_first_file().array.type()); }
const Layout& Dataset::layout() const { return in_first_file().layout; }
const std::string& Dataset::target_name() const { return contents_->options.target; }
TargetKind Dataset::target_kind() const { return contents_->targets.kind; }
const at::Tensor& Dataset::targets() const { return contents_->targets.values; }
const at::Tensor& Dataset::exact_targets() const { return contents_->targets.exact; }
const std::vector<std::string>& Dataset::class_names() const { return contents_->targets.class_names; }
const std::vector<std::string>& Dataset::feature_names() const { return in_first_file().feature_names; }
const std::optional<Vocabulary>& Dataset::vocabulary() const { return contents_->inputs[number_].vocabulary; }
const std::vector<std::int64_t>& Dataset::lengths() const { return contents_->inputs[number_].lengths; }
const std::vector<std::uint8_t>& Dataset::present() const { return contents_->inputs[number_].present; }
const std::vector<std::int64_t>& Dataset::groups() const { return contents_->metadata.groups; }
bool Dataset::knows_patients() const { return !contents_->metadata.group_names.empty(); }
const std::vector<Subset>& Dataset::stored_split() const { return contents_->metadata.split; }
const std::string& Dataset::digest() const { return contents_->digest; }

const Dataset& Dataset::input(std::size_t number) const {
  TORCH_CHECK(number < inputs(), "input ", number, " of ", inputs());
  return alone_.empty() ? *this : *alone_[number];
}

double Dataset::input_minimum() const {
  const hdf5::ElementType& stored = in_first_file().array.type();
  const bool is_negative = stored.kind == hdf5::Kind::kInteger && stored.is_signed;
  return is_negative ? -std::ldexp(1.0, 8 * static_cast<int>(stored.bytes) - 1) : 0;
}

double Dataset::input_maximum() const {
  const hdf5::ElementType& stored = in_first_file().array.type();
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

void Dataset::visit(std::span<const std::int64_t> samples, ReadScratch& scratch, const RowReader::Visit& visit) const {
  contents_->files.visit(samples, scratch, visit, number_);
}

void Dataset::visit_masks(std::span<const std::int64_t> samples, ReadScratch& scratch, const RowReader::Visit& visit) const {
  contents_->files.visit_masks(samples, scratch, visit);
}

std::size_t Dataset::stored_bytes(std::int64_t sample) const {
  const hdf5::Array& input = in_file_of(sample).array;
  return static_cast<std::size_t>(input.row_elements()) * hdf5::bytes_of(hdf5::native_of(input.type()));
}

std::size_t Dataset::mask_bytes(std::int64_t sample) const {
  const StoredMasks& masks = *contents_->files.of(sample).masks;
  std::int64_t elements = 1;
  for (const std::int64_t side : masks.layout.sample_shape()) elements *= side;
  return static_cast<std::size_t>(elements) * hdf5::bytes_of(hdf5::native_of(masks.type));
}

std::vector<FileIdentity> Dataset::identities() const {
  std::vector<FileIdentity> identities;
  for (const DatasetFile& file : contents_->files.all()) {
    identities.insert(identities.end(), file.identities.begin(), file.identities.end());
  }
  return identities;
}

bool Dataset::has_digests() const {
  const auto files = contents_->files.all();
  return std::all_of(files.begin(), files.end(), [](const DatasetFile& file) { return file.has_digests; });
}

const StoredMasks& Dataset::masks() const {
  TORCH_CHECK(target_kind() == TargetKind::kMask, "the targets are no masks");
  return *contents_->files.all().front().masks;
}

void Dataset::read(std::span<const std::int64_t> samples, at::Tensor& values) const {
  TORCH_CHECK(!vocabulary(), "texts are read by a Loader");
  const std::vector<std::int64_t>& shape = input_shape();
  const auto sizes = values.sizes();
  TORCH_CHECK(sizes.size() == shape.size() + 1 && sizes[0] == static_cast<std::int64_t>(samples.size()) &&
                  std::equal(shape.begin(), shape.end(), sizes.begin() + 1) && values.is_contiguous(),
              "values must be [samples, input shape], contiguous; their shape is ", sizes);
  const std::int64_t elements = samples.empty() ? 0 : values.numel() / sizes[0];
  const auto unpack_all = [&]<typename Value>(UnpackTo<Value> unpack) {
    auto* into = values.mutable_data_ptr<Value>();
    ReadScratch scratch;
    visit(samples, scratch,
          [&](std::size_t i, const std::byte* stored) { unpack(layout(), stored, into + static_cast<std::int64_t>(i) * elements); });
  };
  if (values.scalar_type() == at::kDouble) return unpack_all(unpack_to_f64_of(stored_type()));
  if (values.scalar_type() != at::kByte) return unpack_all(unpack_of(stored_type()));
  ReadScratch scratch;
  TORCH_CHECK(input_type() == at::kByte, "the samples are not stored as u8");
  auto* into = values.mutable_data_ptr<std::uint8_t>();
  visit(samples, scratch, [&](std::size_t i, const std::byte* stored) {
    std::uint8_t* sample = into + static_cast<std::int64_t>(i) * elements;
    if (layout().as_stored()) {
      std::memcpy(sample, stored, static_cast<std::size_t>(elements));
    } else {
      layout().arrange(reinterpret_cast<const std::uint8_t*>(stored), sample);
    }
  });
}

void Dataset::will_need(std::span<const std::int64_t> samples) const { contents_->files.will_need(samples); }
ChunkCache::Geometry Dataset::compressed_chunks() const { return contents_->files.compressed_chunks(); }
std::int64_t Dataset::chunk_of(std::int64_t sample) const { return contents_->files.chunk_of(sample); }
void Dataset::keep_chunks_in(const std::shared_ptr<ChunkCache>& cache) { contents_->files.keep_chunks_in(cache); }

void Dataset::renumber_targets(const ClassMapping& mapping) {
  StoredTargets& targets = contents_->targets;
  TORCH_CHECK(targets.values.defined(), "there are no targets to renumber");
  targets.values =
      targets.kind == TargetKind::kClass ? renumber_classes(targets.values, mapping) : reorder_columns(targets.values, mapping);
  if (targets.exact.defined()) targets.exact = reorder_columns(targets.exact, mapping);
  targets.class_names = mapping.to;
}

const std::vector<std::string>& Dataset::notes() const { return contents_->files.all().front().notes; }
std::vector<std::string> Dataset::slow_reading() const { return contents_->files.slow_reading(); }

}  // namespace galen::data
