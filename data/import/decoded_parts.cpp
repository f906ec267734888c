#include "data/import/decoded_parts.h"

#include "galen/atomic_file.h"
#include "galen/digest.h"
#include "galen/error.h"

#include <ATen/ops/empty.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string_view>

namespace galen::data {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

// Small enough for a few to fall to each worker, and for little to be lost; large enough for few files.
constexpr std::int64_t kMostSamples = 256;
constexpr std::int64_t kMostBytes = 16 << 20;

std::int64_t samples_a_part(const DatasetDescription& description) {
  std::int64_t bytes = static_cast<std::int64_t>(c10::elementSize(description.type));
  for (const std::int64_t extent : description.sample_shape) bytes *= extent;
  return std::clamp<std::int64_t>(kMostBytes / std::max<std::int64_t>(bytes, 1), 1, kMostSamples);
}

std::int64_t bytes_of(const at::Tensor& values) { return values.defined() ? static_cast<std::int64_t>(values.nbytes()) : 0; }

std::string digest_of(const at::Tensor& inputs, const at::Tensor& masks) {
  Digest digest;
  digest.add(inputs);
  if (masks.defined()) digest.add(masks);
  return digest.hex();
}

}  // namespace

// The first line of a part, as JSON; the bytes of inputs and masks follow it.
struct DecodedParts::Header {
  std::string fingerprint;
  Index index;
  std::int64_t bytes = 0;
  std::string digest;
  std::int64_t length = 0;  ///< of the line
};

DecodedParts::DecodedParts(const Source& source, const std::string& target, std::string fingerprint)
    : description_(source.description),
      read_sample_(source.read_sample),
      folder_(target + ".parts"),
      fingerprint_(std::move(fingerprint)),
      block_(samples_a_part(source.description)) {
  fs::create_directories(folder_);
}

std::int64_t DecodedParts::count() const { return (description_.size + block_ - 1) / block_; }

std::int64_t DecodedParts::samples_in(std::int64_t part) const { return std::min(block_, description_.size - part * block_); }

std::int64_t DecodedParts::samples_there() const {
  std::int64_t there = 0;
  for (std::int64_t part = 0; part < count(); ++part) there += has(part) ? samples_in(part) : 0;
  return there;
}

std::string DecodedParts::path(std::int64_t part) const { return fmt::format("{}/{:06}", folder_, part); }

at::Tensor DecodedParts::empty_inputs(std::int64_t samples) const {
  std::vector<std::int64_t> shape = description_.sample_shape;
  shape.insert(shape.begin(), samples);
  return at::empty(shape, description_.type);
}

at::Tensor DecodedParts::empty_masks(std::int64_t samples) const {
  if (!description_.has_mask) return {};
  std::vector<std::int64_t> shape = description_.sample_shape;
  shape.front() = samples;
  return at::empty(shape, at::kByte);
}

void DecodedParts::make(std::int64_t part, const std::function<void()>& after_each_sample) const {
  const std::int64_t first = part * block_;
  at::Tensor inputs = empty_inputs(samples_in(part));
  at::Tensor masks = empty_masks(samples_in(part));
  Index index;
  for (std::int64_t i = first; i < first + samples_in(part); ++i) {
    const auto slot = static_cast<std::int64_t>(index.good.size());
    SourceSample sample{inputs[slot], masks.defined() ? masks[slot] : at::Tensor(), {}};
    try {
      read_sample_(i, sample);
      index.good.push_back(i);
      index.notes.insert(index.notes.end(), sample.notes.begin(), sample.notes.end());
    } catch (const Error& error) {
      index.bad.emplace_back(error.what());
    }
    after_each_sample();
  }
  inputs = inputs.narrow(0, 0, static_cast<std::int64_t>(index.good.size()));
  if (masks.defined()) masks = masks.narrow(0, 0, inputs.size(0));

  const Json header = {{"fingerprint", fingerprint_},
                       {"good", index.good},
                       {"bad", index.bad},
                       {"notes", index.notes},
                       {"bytes", bytes_of(inputs) + bytes_of(masks)},
                       {"digest", digest_of(inputs, masks)}};
  const auto bytes = [](const at::Tensor& values) {
    return std::string_view(static_cast<const char*>(values.const_data_ptr()), static_cast<std::size_t>(bytes_of(values)));
  };
  AtomicFile file(path(part), /*overwrite=*/true, Links::kRefuse);
  file.write(header.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n");  // file names need not be UTF-8
  file.write(bytes(inputs));
  if (masks.defined()) file.write(bytes(masks));
  file.publish();
}

DecodedParts::Header DecodedParts::read_header(std::istream& file, const std::string& name) const {
  std::string line;
  std::getline(file, line);
  try {
    const Json json = Json::parse(line);
    return {json.at("fingerprint"),
            {json.at("good"), json.at("bad"), json.at("notes")},
            json.at("bytes"),
            json.at("digest"),
            static_cast<std::int64_t>(line.size()) + 1};
  } catch (const Json::exception&) {
    throw Error("{}: is no part of an import.", name);
  }
}

bool DecodedParts::has(std::int64_t part) const {
  const std::string name = path(part);
  std::ifstream file(name, std::ios::binary);
  if (!file) return false;
  try {
    const Header header = read_header(file, name);
    return header.fingerprint == fingerprint_ && static_cast<std::int64_t>(fs::file_size(name)) == header.length + header.bytes;
  } catch (const Error&) {
    return false;
  }
}

DecodedParts::Index DecodedParts::index(std::int64_t part) const {
  std::ifstream file(path(part), std::ios::binary);
  return read_header(file, path(part)).index;
}

void DecodedParts::read(std::int64_t part, at::Tensor& inputs, at::Tensor& masks) const {
  const std::string name = path(part);
  std::ifstream file(name, std::ios::binary);
  const Header header = read_header(file, name);
  inputs = empty_inputs(static_cast<std::int64_t>(header.index.good.size()));
  masks = empty_masks(inputs.size(0));
  file.read(static_cast<char*>(inputs.mutable_data_ptr()), bytes_of(inputs));
  if (masks.defined()) file.read(static_cast<char*>(masks.mutable_data_ptr()), bytes_of(masks));
  if (file && digest_of(inputs, masks) == header.digest) return;
  fs::remove(name);
  throw Error("{}: has been damaged on the disk, and is removed. Run the same import again; it makes this part again.", name);
}

void DecodedParts::remove() const { fs::remove_all(folder_); }

}  // namespace galen::data
