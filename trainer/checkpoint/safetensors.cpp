#include "trainer/checkpoint/safetensors.h"

#include "galen/error.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

namespace galen::trainer {

namespace {

using nlohmann::ordered_json;

constexpr char kMetadata[] = "__metadata__";
constexpr std::uint64_t kLongestHeader = 100'000'000;  // the format's own limit

constexpr std::array<std::pair<at::ScalarType, const char*>, 10> kTypes = {{{at::kFloat, "F32"},
                                                                            {at::kDouble, "F64"},
                                                                            {at::kHalf, "F16"},
                                                                            {at::kBFloat16, "BF16"},
                                                                            {at::kBool, "BOOL"},
                                                                            {at::kByte, "U8"},
                                                                            {at::kChar, "I8"},
                                                                            {at::kShort, "I16"},
                                                                            {at::kInt, "I32"},
                                                                            {at::kLong, "I64"}}};

const char* type_name(const std::string& tensor, at::ScalarType wanted) {
  for (const auto& [type, name] : kTypes) {
    if (type == wanted) return name;
  }
  throw Error("tensor {} is {}: checkpoints hold bool, u8, i8, i16, i32, i64, f16, bf16, f32 and f64. Store it as one of these.", tensor,
              c10::toString(wanted));
}

ordered_json header_of(const std::vector<TensorSlice>& slices) {
  ordered_json header = ordered_json::object();
  for (const TensorSlice& slice : slices) {
    if (slice.whole()) continue;
    const ordered_json origin = {{"elements", {slice.begin, slice.end}}, {"shape", slice.tensor.sizes().vec()}};
    header[kMetadata][slice.name] = origin.dump();
  }
  std::int64_t offset = 0;
  for (const TensorSlice& slice : slices) {
    const std::int64_t elements = slice.end - slice.begin;
    const std::int64_t end = offset + elements * static_cast<std::int64_t>(slice.tensor.element_size());
    const std::vector<std::int64_t> shape = slice.whole() ? slice.tensor.sizes().vec() : std::vector{elements};
    header[slice.name] = {{"dtype", type_name(slice.name, slice.tensor.scalar_type())}, {"shape", shape}, {"data_offsets", {offset, end}}};
    offset = end;
  }
  return header;
}

std::int64_t element_size(at::ScalarType type) { return static_cast<std::int64_t>(c10::elementSize(type)); }

// Throws before a product overflows.
std::int64_t elements_of(const std::vector<std::int64_t>& shape, const std::string& path, const std::string& name) {
  constexpr std::int64_t kMost = std::int64_t{1} << 56;
  std::int64_t elements = 1;
  for (const std::int64_t length : shape) {
    if (length < 0 || length > kMost || (length > 0 && elements > kMost / length)) {
      throw Error("{}: tensor {} has an impossible shape. The file is damaged.", path, name);
    }
    elements *= length;
  }
  return elements;
}

StoredSlice read_entry(const std::string& path, const std::string& name, const ordered_json& entry, const ordered_json& metadata) {
  StoredSlice slice{.name = name, .shape = entry.at("shape").get<std::vector<std::int64_t>>()};
  const auto known = std::find_if(kTypes.begin(), kTypes.end(), [&](const auto& type) { return entry.at("dtype") == type.second; });
  if (known == kTypes.end())
    throw Error("{}: tensor {} has the type {}, which checkpoints do not support.", path, name, entry.at("dtype").dump());
  slice.type = known->first;
  slice.end = elements_of(slice.shape, path, name);

  if (metadata.contains(name)) {
    const std::int64_t stored = slice.end;
    const ordered_json origin = ordered_json::parse(metadata.at(name).get<std::string>());
    origin.at("shape").get_to(slice.shape);
    origin.at("elements").at(0).get_to(slice.begin);
    origin.at("elements").at(1).get_to(slice.end);
    if (slice.begin < 0 || slice.end > elements_of(slice.shape, path, name) || slice.end - slice.begin != stored) {
      throw Error("{}: tensor {} has a range and a shape that do not match. The file is damaged.", path, name);
    }
  }
  return slice;
}

}  // namespace

void check_storable(const std::vector<models::NamedTensor>& tensors) {
  for (const auto& [name, tensor] : tensors) type_name(name, tensor.scalar_type());
}

std::int64_t StoredSlice::bytes() const { return (end - begin) * element_size(type); }

void write_safetensors(ByteSink& file, const std::vector<TensorSlice>& slices) {
  std::string header = header_of(slices).dump();
  header.resize((header.size() + 7) / 8 * 8, ' ');  // so that the tensors begin aligned
  const std::uint64_t length = header.size();
  file.add({reinterpret_cast<const char*>(&length), sizeof length});
  file.add(header);
  for (const TensorSlice& slice : slices) {
    const at::Tensor values = slice.tensor.detach().cpu().contiguous();
    const std::string_view bytes(static_cast<const char*>(values.const_data_ptr()), values.nbytes());
    const auto size = static_cast<std::size_t>(values.element_size());
    file.add(bytes.substr(static_cast<std::size_t>(slice.begin) * size, static_cast<std::size_t>(slice.end - slice.begin) * size));
  }
}

std::vector<StoredSlice> read_safetensors_header(ByteSource& file, const std::string& path) try {
  std::uint64_t length = 0;
  if (file.read_some(reinterpret_cast<char*>(&length), sizeof length) != sizeof length || length > kLongestHeader) {
    throw Error("{}: is not a safetensors file.", path);
  }
  std::string text(length, '\0');
  if (file.read_some(text.data(), length) != length)
    throw Error("{}: is not a safetensors file, or truncated: its header is incomplete.", path);

  const ordered_json header = ordered_json::parse(text);
  const ordered_json metadata = header.value(kMetadata, ordered_json::object());
  std::vector<std::pair<std::int64_t, StoredSlice>> placed;
  for (const auto& [name, entry] : header.items()) {
    if (name == kMetadata) continue;
    StoredSlice slice = read_entry(path, name, entry, metadata);
    const auto begin = entry.at("data_offsets").at(0).get<std::int64_t>();
    const auto end = entry.at("data_offsets").at(1).get<std::int64_t>();
    if (begin < 0 || end < begin || end - begin != slice.bytes()) {
      throw Error("{}: tensor {} has the byte range {} to {}, which does not match its shape. The file is damaged.", path, name, begin,
                  end);
    }
    placed.emplace_back(begin, std::move(slice));
  }
  std::stable_sort(placed.begin(), placed.end(), [](const auto& a, const auto& b) { return a.first < b.first; });

  std::vector<StoredSlice> slices;
  std::int64_t offset = 0;
  for (auto& [begin, slice] : placed) {
    if (begin != offset) throw Error("{}: has a gap before tensor {}. The file is damaged.", path, slice.name);
    offset += slice.bytes();
    slices.push_back(std::move(slice));
  }
  return slices;
} catch (const ordered_json::exception& error) {
  throw Error("{}: is not a safetensors file ({}).", path, error.what());
}

}  // namespace galen::trainer
