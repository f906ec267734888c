#include "trainer/checkpoint/safetensors.h"

#include "galen/error.h"
#include "trainer/checkpoint/whole_file.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/from_blob.h>

#include <cstring>
#include <nlohmann/json.hpp>
#include <string_view>

namespace galen::trainer {

namespace {

using nlohmann::ordered_json;

std::string dtype_name(const models::NamedTensor& named) {
  switch (named.tensor.scalar_type()) {
    case at::kFloat:
      return "F32";
    case at::kDouble:
      return "F64";
    case at::kLong:
      return "I64";
    case at::kByte:
      return "U8";
    default:
      throw Error("tensor {} is {}: checkpoints hold f32, f64, i64 and u8.", named.name, c10::toString(named.tensor.scalar_type()));
  }
}

std::string_view bytes_of(const at::Tensor& tensor) {
  return {static_cast<const char*>(tensor.const_data_ptr()), static_cast<std::size_t>(tensor.nbytes())};
}

[[noreturn]] void does_not_fit(const std::string& path, const std::string& name, const std::string& what) {
  throw Error("{}: tensor {} {}. The checkpoint belongs to another model: check model.* and the data set's shape.", path, name, what);
}

// A file in the format's three parts.
struct Parts {
  ordered_json header;
  std::string_view data;
};

Parts take_apart(const std::string& path, std::string_view bytes) {
  std::uint64_t length = 0;
  if (bytes.size() < sizeof length) throw Error("{}: is no safetensors file: it has {} bytes.", path, bytes.size());
  std::memcpy(&length, bytes.data(), sizeof length);
  bytes.remove_prefix(sizeof length);
  if (length > bytes.size()) throw Error("{}: is no safetensors file, or cut off: its header is longer than the file.", path);
  return {ordered_json::parse(bytes.substr(0, length)), bytes.substr(length)};
}

// The bytes of one tensor, as its entry in the header says.
std::string_view bytes_of(const std::string& path, const models::NamedTensor& named, const ordered_json& entry, std::string_view data) {
  if (entry.at("dtype") != dtype_name(named)) does_not_fit(path, named.name, "has another type");
  if (entry.at("shape").get<std::vector<std::int64_t>>() != named.tensor.sizes().vec()) {
    does_not_fit(path, named.name,
                 fmt::format("has the shape {}, not [{}]", entry.at("shape").dump(), fmt::join(named.tensor.sizes(), ",")));
  }
  const auto begin = entry.at("data_offsets").at(0).get<std::uint64_t>();
  const auto end = entry.at("data_offsets").at(1).get<std::uint64_t>();
  if (begin > end || end > data.size() || end - begin != named.tensor.nbytes()) {
    throw Error("{}: tensor {} lies at bytes {} to {}, which do not hold it. The file is damaged.", path, named.name, begin, end);
  }
  return data.substr(begin, end - begin);
}

}  // namespace

std::string write_safetensors(const std::string& path, const std::vector<models::NamedTensor>& tensors) {
  std::vector<at::Tensor> values;
  ordered_json header = ordered_json::object();
  std::size_t offset = 0;
  for (const auto& named : tensors) {
    values.push_back(named.tensor.detach().cpu().contiguous());
    const std::size_t end = offset + values.back().nbytes();
    header[named.name] = {{"dtype", dtype_name(named)}, {"shape", named.tensor.sizes().vec()}, {"data_offsets", {offset, end}}};
    offset = end;
  }
  std::string text = header.dump();
  text.resize((text.size() + 7) / 8 * 8, ' ');  // so that the tensors begin aligned
  const std::uint64_t length = text.size();

  std::vector<std::string_view> pieces = {{reinterpret_cast<const char*>(&length), sizeof length}, text};
  for (const at::Tensor& value : values) pieces.push_back(bytes_of(value));
  return write_whole(path, pieces);
}

void read_safetensors(const std::string& path, const std::string& digest, const std::vector<models::NamedTensor>& tensors) try {
  const at::NoGradGuard no_grad;
  const auto [bytes, digest_now] = read_whole(path);
  if (digest_now != digest) throw Error("{}: is damaged: its digest is not the one its manifest names.", path);
  const auto [header, data] = take_apart(path, bytes);
  if (header.size() != tensors.size()) {
    throw Error("{}: holds {} tensors, but the model has {}. The checkpoint belongs to another model.", path, header.size(),
                tensors.size());
  }
  for (const auto& named : tensors) {
    const auto entry = header.find(named.name);
    if (entry == header.end()) does_not_fit(path, named.name, "is missing");
    char* values = const_cast<char*>(bytes_of(path, named, *entry, data).data());  // read only, whatever from_blob() wants
    named.tensor.copy_(at::from_blob(values, named.tensor.sizes(), named.tensor.options().device(at::kCPU).requires_grad(false)));
  }
} catch (const ordered_json::exception& error) {
  throw Error("{}: is no safetensors file ({}).", path, error.what());
}

}  // namespace galen::trainer
