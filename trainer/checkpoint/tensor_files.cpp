#include "trainer/checkpoint/tensor_files.h"

#include "galen/error.h"
#include "trainer/checkpoint/sealed_stream.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty.h>

#include <c10/util/accumulate.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <optional>
#include <string_view>

namespace galen::trainer {

namespace {

constexpr std::string_view kSuffix = ".safetensors";

bool cut_off(std::string& name, std::string_view suffix) {
  if (!name.ends_with(suffix)) return false;
  name.resize(name.size() - suffix.size());
  return true;
}

// The first dimension of a tensor that grows is the stored one, up to its maximum.
bool may_have(const Section& section, const std::string& name, at::IntArrayRef own, at::IntArrayRef stored) {
  if (own == stored) return true;
  const auto most = section.most_rows.find(name);
  return most != section.most_rows.end() && !own.empty() && own.size() == stored.size() && own.slice(1) == stored.slice(1) &&
         stored[0] <= most->second;
}

[[noreturn]] void does_not_fit(const std::string& folder, const std::string& name, const std::string& what) {
  throw Error("{}: tensor {} {}. The checkpoint belongs to another model: check model.* and the data set's shape.", folder, name, what);
}

// Whether elements can be read straight into its memory.
bool takes_bytes(const at::Tensor& tensor) { return tensor.device().is_cpu() && tensor.is_contiguous(); }

void read_exactly(ByteSource& source, const std::string& path, char* bytes, std::int64_t size) {
  const auto wanted = static_cast<std::size_t>(size);
  if (source.read_some(bytes, wanted) != wanted) throw Error("{}: is truncated: it ends before its last tensor does.", path);
}

}  // namespace

std::string TensorFileName::text() const {
  const std::string number = parts == 1 ? "" : fmt::format("-{:05}-of-{:05}", part + 1, parts);
  return fmt::format("{}{}{}", section, number, kSuffix);
}

std::optional<TensorFileName> TensorFileName::parse(std::string name) {
  if (!cut_off(name, kResealed)) cut_off(name, kSealed);
  if (!cut_off(name, kSuffix) || name.empty()) return std::nullopt;
  constexpr std::size_t kNumber = std::string_view("-00001-of-00002").size();
  const std::string number = name.substr(name.size() - std::min(name.size(), kNumber));
  int part = 0, parts = 0;
  if (number.size() == kNumber && std::sscanf(number.c_str(), "-%5d-of-%5d", &part, &parts) == 2) {
    return TensorFileName{name.substr(0, name.size() - kNumber), part - 1, parts};
  }
  return TensorFileName{name};
}

std::vector<std::string> sections_of(const FileDigests& digests) {
  std::vector<std::string> sections = {kWeights};
  for (const auto& [file, digest] : digests) {
    const auto name = TensorFileName::parse(file);
    if (name && std::find(sections.begin(), sections.end(), name->section) == sections.end()) sections.push_back(name->section);
  }
  return sections;
}

std::string identity_of(const std::string& file_name, std::int64_t step) { return fmt::format("{} of step {}", file_name, step); }

// An open file and its decrypted bytes.
struct TensorFiles::Opened {
  Opened(const TensorFiles& set, const std::string& name) : file(set.folder_ + "/" + name) {
    if (set.key_ != nullptr) opening.emplace(file, *set.key_, identity_of(name, set.step_));
  }
  ByteSource& bytes() { return opening ? static_cast<ByteSource&>(*opening) : file; }

  // Reads the rest and compares the digest.
  void expect(const std::string& digest) {
    drain(bytes());
    if (file.digest() == digest) return;
    throw Error("{}: is damaged: the digest of its {} bytes is not the one in the manifest.", file.path(), file.position());
  }

  FileSource file;
  std::optional<OpeningSource> opening;
};

TensorFiles::TensorFiles(const std::string& folder, const Manifest& manifest, std::string section, const CheckpointKey* key)
    : folder_(folder), section_(std::move(section)), step_(manifest.state.step), key_(key) {
  for (const auto& [file, digest] : manifest.digests) {
    const auto name = TensorFileName::parse(file);
    if (name && name->section == section_) files_.push_back({file, digest});
  }
  if (files_.empty()) throw Error("{}/manifest.json: names no file of section {}.", folder_, section_);
}

void TensorFiles::check() const {
  for (const auto& [name, digest] : files_) Opened(*this, name).expect(digest);
}

std::vector<StoredSlice> TensorFiles::all_slices() const {
  std::vector<StoredSlice> slices;
  for (const File& file : files_) {
    Opened opened(*this, file.name);
    for (StoredSlice& slice : read_safetensors_header(opened.bytes(), opened.file.path())) slices.push_back(std::move(slice));
  }
  return slices;
}

std::vector<models::NamedTensor> TensorFiles::empty() const {
  std::vector<models::NamedTensor> tensors;
  for (const StoredSlice& slice : all_slices()) {
    const bool known = std::any_of(tensors.begin(), tensors.end(), [&](const auto& named) { return named.name == slice.name; });
    if (!known) tensors.push_back({slice.name, at::empty(slice.shape, slice.type)});
  }
  return tensors;
}

void TensorFiles::check_fits(const Section& section) const {
  std::map<std::string, std::vector<StoredSlice>> stored;
  for (StoredSlice& slice : all_slices()) stored[slice.name].push_back(std::move(slice));
  if (stored.size() != section.tensors.size()) {
    throw Error("{}: has {} tensors of {}, but the model has {}. The checkpoint belongs to another model.", folder_, stored.size(),
                section_, section.tensors.size());
  }
  for (const auto& [name, tensor] : section.tensors) {
    auto found = stored.find(name);
    if (found == stored.end()) does_not_fit(folder_, name, "is missing");
    std::vector<StoredSlice>& slices = found->second;
    std::sort(slices.begin(), slices.end(), [](const auto& a, const auto& b) { return a.begin < b.begin; });
    std::int64_t covered = 0;
    for (const StoredSlice& slice : slices) {
      if (slice.type != tensor.scalar_type()) does_not_fit(folder_, name, "has another type");
      if (slice.shape != slices.front().shape || !may_have(section, name, tensor.sizes(), slice.shape)) {
        does_not_fit(folder_, name,
                     fmt::format("has the shape [{}], not [{}]", fmt::join(slice.shape, ","), fmt::join(tensor.sizes(), ",")));
      }
      if (slice.begin != covered) break;
      covered = slice.end;
    }
    if (covered != c10::multiply_integers(slices.front().shape))
      throw Error("{}: tensor {} has no element {}: a part of the checkpoint is missing.", folder_, name, covered);
  }
}

void TensorFiles::copy_to(const Section& section) const {
  const at::NoGradGuard no_grad;
  if (!section.most_rows.empty()) {
    for (const StoredSlice& slice : all_slices()) {
      for (const auto& [name, tensor] : section.tensors) {
        if (name == slice.name && section.grows(name)) tensor.resize_(slice.shape);
      }
    }
  }
  std::map<std::string, at::Tensor> memory;  // into which bytes can be read
  for (const auto& [name, tensor] : section.tensors) {
    memory[name] = takes_bytes(tensor) ? tensor : at::empty(tensor.sizes(), tensor.scalar_type());
  }
  for (const auto& [name, digest] : files_) {
    Opened opened(*this, name);
    for (const StoredSlice& slice : read_safetensors_header(opened.bytes(), opened.file.path())) {
      const auto found = memory.find(slice.name);
      if (found == memory.end() || found->second.scalar_type() != slice.type || found->second.sizes() != slice.shape) {
        throw Error("{}: was changed while it was read.", opened.file.path());
      }
      const at::Tensor& values = found->second;
      char* bytes = static_cast<char*>(values.mutable_data_ptr()) + slice.begin * static_cast<std::int64_t>(values.element_size());
      read_exactly(opened.bytes(), opened.file.path(), bytes, slice.bytes());
    }
    opened.expect(digest);
  }
  for (const auto& [name, tensor] : section.tensors) {
    if (!takes_bytes(tensor)) tensor.copy_(memory.at(name));
  }
}

}  // namespace galen::trainer
