#include "data/dataset.h"

#include "data/dataset_file.h"
#include "data/digest.h"
#include "data/file_list.h"
#include "data/joined_files.h"
#include "data/reading/row_order.h"
#include "data/reading_file.h"
#include "data/unpack.h"
#include "galen/error.h"

#include <c10/util/Exception.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

namespace galen::data {

struct Dataset::Contents {
  std::string file;
  std::vector<DatasetFile> files;
  std::vector<std::int64_t> begin;        ///< first sample of each file; then the number of samples
  std::vector<std::int64_t> first_chunk;  ///< compressed chunks of the files before
  at::ScalarType type;
  StoredTargets targets;
  SampleMetadata metadata;
  std::string digest;

  const DatasetFile& first() const { return files.front(); }
  std::size_t file_number(std::int64_t sample) const {
    return static_cast<std::size_t>(std::upper_bound(begin.begin(), begin.end(), sample) - begin.begin()) - 1;
  }

  /// Calls visit(file, rows of the file, number of each among `samples`) for each file that has some of them.
  template <typename Visit>
  void by_file(std::span<const std::int64_t> samples, Visit visit) const;
};

namespace {

at::ScalarType type_in_memory(const hdf5::ElementType& stored) {
  if (stored.kind == hdf5::Kind::kBoolean) return at::kByte;
  if (stored.kind == hdf5::Kind::kFloat) return stored.bytes <= 4 ? at::kFloat : at::kDouble;
  if (stored.bytes == 1 && !stored.is_signed) return at::kByte;
  const std::size_t signed_bytes = stored.is_signed ? stored.bytes : 2 * stored.bytes;
  return signed_bytes <= 2 ? at::kShort : signed_bytes <= 4 ? at::kInt : at::kLong;
}

std::string joined_digest(std::span<const DatasetFile> files) {
  if (files.size() == 1) return files.front().digest;
  Digest digest;
  for (const DatasetFile& file : files) digest.add(file.digest);
  return digest.hex();
}

}  // namespace

Dataset::Dataset(const DatasetOptions& options) : contents_(std::make_unique<Contents>()) {
  Contents& contents = *contents_;
  contents.file = options.file;
  contents.begin = {0};
  for (const std::string& path : file_list(options.file)) {
    contents.files.push_back(open_dataset_file(path, options));
    contents.begin.push_back(contents.begin.back() + contents.files.back().size());
  }
  check_alike(contents.files);
  contents.type = type_in_memory(contents.first().input.type());
  contents.targets = join_targets(contents.files);
  contents.metadata = join_metadata(contents.files);
  contents.digest = joined_digest(contents.files);
  for (std::int64_t chunks = 0; const DatasetFile& file : contents.files) {
    contents.first_chunk.push_back(chunks);
    chunks += file.rows->compressed_chunks().chunks;
  }
}

Dataset::~Dataset() = default;

const std::string& Dataset::file() const { return contents_->file; }
const std::string& Dataset::input_name() const { return contents_->first().input.name(); }
std::int64_t Dataset::size() const { return contents_->begin.back(); }
const std::vector<std::int64_t>& Dataset::input_shape() const { return layout().sample_shape(); }
at::ScalarType Dataset::input_type() const { return contents_->type; }
hdf5::Native Dataset::stored_type() const { return hdf5::native_of(contents_->first().input.type()); }
const Layout& Dataset::layout() const { return contents_->first().layout; }
TargetKind Dataset::target_kind() const { return contents_->targets.kind; }
const at::Tensor& Dataset::targets() const { return contents_->targets.values; }
const std::vector<std::string>& Dataset::class_names() const { return contents_->targets.class_names; }
const std::vector<std::string>& Dataset::feature_names() const { return contents_->first().feature_names; }
const std::vector<std::int64_t>& Dataset::groups() const { return contents_->metadata.groups; }
const std::vector<Subset>& Dataset::stored_split() const { return contents_->metadata.split; }
const std::string& Dataset::digest() const { return contents_->digest; }

double Dataset::input_minimum() const {
  const hdf5::ElementType& stored = contents_->first().input.type();
  const bool is_negative = stored.kind == hdf5::Kind::kInteger && stored.is_signed;
  return is_negative ? -std::ldexp(1.0, 8 * static_cast<int>(stored.bytes) - 1) : 0;
}

double Dataset::input_maximum() const {
  const hdf5::ElementType& stored = contents_->first().input.type();
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

template <typename Visit>
void Dataset::Contents::by_file(std::span<const std::int64_t> samples, Visit visit) const {
  for (const std::int64_t sample : samples) TORCH_CHECK(sample >= 0 && sample < begin.back(), "sample ", sample, " of ", begin.back());
  if (files.size() == 1) {
    visit(first(), samples, std::span<const std::size_t>());
    return;
  }
  std::vector<std::size_t> order;
  sort_rows(samples, order, [this](std::int64_t sample) { return file_number(sample); });
  std::vector<std::int64_t> rows;
  for (std::size_t from = 0, to = 0; from < order.size(); from = to) {
    const std::size_t number = file_number(samples[order[from]]);
    rows.clear();
    for (to = from; to < order.size() && file_number(samples[order[to]]) == number; ++to)
      rows.push_back(samples[order[to]] - begin[number]);
    visit(files[number], rows, std::span<const std::size_t>(order).subspan(from, to - from));
  }
}

void Dataset::visit(std::span<const std::int64_t> samples, ReadScratch& scratch, const RowReader::Visit& visit) const {
  contents_->by_file(samples, [&](const DatasetFile& file, std::span<const std::int64_t> rows, std::span<const std::size_t> numbers) {
    const ReadingFile reading(file.path);
    if (numbers.empty()) {
      file.rows->read(rows, scratch, visit);
    } else {
      file.rows->read(rows, scratch, [&](std::size_t i, const std::byte* row) { visit(numbers[i], row); });
    }
  });
}

void Dataset::will_need(std::span<const std::int64_t> samples) const {
  contents_->by_file(samples, [](const DatasetFile& file, std::span<const std::int64_t> rows, auto) { file.rows->will_need(rows); });
}

void Dataset::read(std::span<const std::int64_t> samples, at::Tensor& values) const {
  const std::vector<std::int64_t>& shape = input_shape();
  const auto sizes = values.sizes();
  TORCH_CHECK(sizes.size() == shape.size() + 1 && sizes[0] == static_cast<std::int64_t>(samples.size()) &&
                  std::equal(shape.begin(), shape.end(), sizes.begin() + 1) && values.is_contiguous(),
              "values must be [samples, input shape], contiguous; their shape is ", sizes);
  const std::int64_t elements = samples.empty() ? 0 : values.numel() / sizes[0];
  ReadScratch scratch;
  if (values.scalar_type() == at::kByte) {
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
  } else {
    const Unpack unpack = unpack_of(stored_type());
    auto* into = values.mutable_data_ptr<float>();
    visit(samples, scratch,
          [&](std::size_t i, const std::byte* stored) { unpack(layout(), stored, into + static_cast<std::int64_t>(i) * elements); });
  }
}

ChunkCache::Geometry Dataset::compressed_chunks() const {
  ChunkCache::Geometry all;
  for (const DatasetFile& file : contents_->files) {
    const ChunkCache::Geometry chunks = file.rows->compressed_chunks();
    all.chunks += chunks.chunks;
    all.chunk_bytes = std::max(all.chunk_bytes, chunks.chunk_bytes);
  }
  return all;
}

std::int64_t Dataset::chunk_of(std::int64_t sample) const {
  const std::size_t file = contents_->file_number(sample);
  return contents_->first_chunk[file] + contents_->files[file].rows->chunk_of(sample - contents_->begin[file]);
}

void Dataset::keep_chunks_in(const std::shared_ptr<ChunkCache>& cache) {
  for (std::size_t i = 0; i < contents_->files.size(); ++i) contents_->files[i].rows->keep_chunks_in(cache, contents_->first_chunk[i]);
}

std::vector<std::string> Dataset::notes() const {
  std::vector<std::string> notes;
  for (const DatasetFile& file : contents_->files) {
    const std::string reason = file.rows->needs_library();
    if (reason.empty()) continue;
    notes.push_back(fmt::format("{} goes through the HDF5 library, one sample after the other ({}). `galen import --repack` makes it fast.",
                                file.input.where(), reason));
  }
  return notes;
}

}  // namespace galen::data
