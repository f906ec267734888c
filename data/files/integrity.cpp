#include "data/files/integrity.h"

#include "data/files/reading_file.h"
#include "data/files/schema.h"
#include "galen/error.h"

#include <c10/util/Exception.h>
#include <xxhash.h>

#include <algorithm>
#include <cstring>

namespace galen::data {

namespace {

constexpr std::int64_t kBlockBytes = 1 << 20;

std::int64_t digest_of(std::span<const std::byte> bytes) { return static_cast<std::int64_t>(XXH3_64bits(bytes.data(), bytes.size())); }

std::string samples_text(Range samples) { return fmt::format("samples {} to {}", samples.begin, samples.end - 1); }

/// The samples of an array as their digests see them.
class DigestedBytes {
 public:
  explicit DigestedBytes(const hdf5::Array& array) : array_(array), is_text_(array.type().kind == hdf5::Kind::kString) {
    if (array.type().kind == hdf5::Kind::kOther || array.type().kind == hdf5::Kind::kBoolean) {
      throw Error("{} has digests, but holds {}, of which Galen makes none.", array.where(), to_string(array.type()));
    }
    if (!is_text_) type_ = hdf5::native_of(array.type());
  }

  std::size_t of_a_sample() const {
    return static_cast<std::size_t>(array_.row_elements()) * (is_text_ ? array_.type().bytes : hdf5::bytes_of(type_));
  }

  void read(Range samples, std::vector<std::byte>& bytes) {
    bytes.assign(static_cast<std::size_t>(samples.size()) * of_a_sample(), std::byte{});
    if (!is_text_) return array_.read(samples.begin, samples.size(), type_, bytes.data());
    if (texts_.empty()) texts_ = array_.read_texts();
    for (std::int64_t i = samples.begin; i < samples.end; ++i) {
      const std::string& text = texts_.at(static_cast<std::size_t>(i));
      const auto place = static_cast<std::size_t>(i - samples.begin) * of_a_sample();
      std::memcpy(&bytes[place], text.data(), std::min(text.size(), of_a_sample()));
    }
  }

 private:
  const hdf5::Array& array_;
  const bool is_text_;
  hdf5::Native type_ = hdf5::Native::kU8;
  std::vector<std::string> texts_;
};

// Compares all blocks of one array; what is damaged goes into `result`.
void verify_array(const hdf5::Array& array, const BlockDigests& digests, Verification& result) {
  DigestedBytes rows(array);
  std::vector<std::byte> bytes;
  std::vector<Range> damaged;
  for (std::int64_t block = 0; block < digests.blocks(); ++block) {
    const Range samples = digests.samples(block);
    bool sound = true;
    try {
      rows.read(samples, bytes);
      sound = digests.matches(block, bytes);
    } catch (const Error&) {  // a chunk that cannot even be unpacked
      sound = false;
    }
    if (sound) continue;
    const bool goes_on = !damaged.empty() && damaged.back().end == samples.begin;
    if (goes_on) {
      damaged.back().end = samples.end;
    } else {
      damaged.push_back(samples);
    }
  }
  result.blocks += digests.blocks();
  result.arrays.push_back(array.name());
  for (const Range& samples : damaged) result.damaged.push_back(fmt::format("dataset {}: {}", array.name(), samples_text(samples)));
}

}  // namespace

std::string digests_of(const std::string& array) { return schema::kDigests + array; }

BlockDigests BlockDigests::load(const hdf5::File& file, const hdf5::Array& array) {
  BlockDigests digests;
  digests.where_ = array.where();
  digests.rows_ = array.rows();
  const std::string name = digests_of(array.name());
  if (!file.has(name)) return digests;
  const hdf5::Array stored = file.array(name);
  const std::vector<double> a_block = stored.numbers(schema::kSamplesABlockAttribute);
  const double limit = static_cast<double>(std::max<std::int64_t>(array.rows(), 1));
  if (a_block.size() == 1 && a_block[0] >= 1) digests.samples_a_block_ = static_cast<std::int64_t>(std::min(a_block[0], limit));
  const std::int64_t blocks = (array.rows() + digests.samples_a_block_ - 1) / digests.samples_a_block_;
  if (a_block.size() != 1 || !(a_block[0] >= 1) || stored.shape() != std::vector<std::int64_t>{blocks}) {
    throw Error("{}: the digests of {} are damaged: copy or import the file again.", stored.where(), array.name());
  }
  digests.digests_ = stored.read_all<std::int64_t>();
  return digests;
}

Range BlockDigests::samples(std::int64_t block) const {
  return {block * samples_a_block_, std::min((block + 1) * samples_a_block_, rows_)};
}

bool BlockDigests::matches(std::int64_t block, std::span<const std::byte> bytes) const {
  TORCH_CHECK(block >= 0 && block < blocks(), "block ", block, " of ", blocks());
  return digest_of(bytes) == digests_[static_cast<std::size_t>(block)];
}

void BlockDigests::check(std::int64_t block, std::span<const std::byte> bytes) const {
  if (matches(block, bytes)) return;
  throw Error(
      "{}: {} are not as they were written: their digest differs. Copy or import the file again; galen inspect --verify finds "
      "all. Where they were changed on purpose, data.verify = false takes them as they are.",
      where_, samples_text(samples(block)));
}

BlockDigester::BlockDigester(std::int64_t sample_bytes, std::int64_t chunk_samples)
    : sample_bytes_(static_cast<std::size_t>(sample_bytes)),
      samples_a_block_(std::max(kBlockBytes / (sample_bytes * chunk_samples), std::int64_t{1}) * chunk_samples),
      room_(static_cast<std::size_t>(samples_a_block_) * sample_bytes_),
      state_(XXH3_createState(), [](XXH3_state_s* state) { XXH3_freeState(state); }) {
  XXH3_64bits_reset(state_.get());
}

BlockDigester::~BlockDigester() = default;

void BlockDigester::add(std::span<const std::byte> samples) {
  while (!samples.empty()) {
    const std::size_t count = std::min(room_, samples.size());
    XXH3_64bits_update(state_.get(), samples.data(), count);
    samples = samples.subspan(count);
    room_ -= count;
    if (room_ == 0) end_block();
  }
}

void BlockDigester::end_block() {
  digests_.push_back(static_cast<std::int64_t>(XXH3_64bits_digest(state_.get())));
  XXH3_64bits_reset(state_.get());
  room_ = static_cast<std::size_t>(samples_a_block_) * sample_bytes_;
}

void BlockDigester::write(hdf5::File& file, const std::string& name) {
  if (room_ < static_cast<std::size_t>(samples_a_block_) * sample_bytes_) end_block();
  const auto blocks = static_cast<std::int64_t>(digests_.size());
  hdf5::Array array = file.create_array(digests_of(name), hdf5::Native::kI64, {blocks});
  array.write(0, blocks, hdf5::Native::kI64, digests_.data());
  array.set_attribute(schema::kSamplesABlockAttribute, samples_a_block_);
}

void write_digests(hdf5::File& file, const hdf5::Array& array) {
  DigestedBytes rows(array);
  std::vector<std::byte> bytes;
  rows.read({0, array.rows()}, bytes);
  BlockDigester blocks(static_cast<std::int64_t>(rows.of_a_sample()));
  blocks.add(bytes);
  blocks.write(file, array.name());
}

void check_array(const hdf5::File& file, const std::string& name) {
  if (!file.has(name)) return;
  const hdf5::Array array = file.array(name);
  const BlockDigests digests = BlockDigests::load(file, array);
  if (digests.empty()) return;
  Verification result;
  verify_array(array, digests, result);
  if (result.damaged.empty()) return;
  throw Error(
      "{}: {} are not as they were written: their digests differ. Copy or import the file again; where they were changed on purpose, "
      "data.verify = false takes them as they are.",
      file.where(), fmt::join(result.damaged, "; "));
}

Verification verify(const std::string& path, hdf5::External external) {
  const ReadingFile reading(path);
  const hdf5::File file = hdf5::File::open(path, external);
  Verification result;
  for (const std::string& name : file.arrays()) {
    if (name.starts_with(schema::kDigests)) continue;
    if (file.has(digests_of(name))) {
      const hdf5::Array array = file.array(name);
      verify_array(array, BlockDigests::load(file, array), result);
    } else if (name.starts_with("/samples/") || name == schema::kVocabulary) {
      result.without.push_back(name);
    }
  }
  if (result.arrays.empty()) {
    throw Error(
        "{}: cannot be verified, as it holds no digests: it was not written by 'galen import' or 'galen synth', or by an older Galen.",
        path);
  }
  return result;
}

}  // namespace galen::data
