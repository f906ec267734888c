#include "trainer/checkpoint/module_file.h"

#include "galen/digest.h"
#include "galen/error.h"
#include "trainer/checkpoint/file_sink.h"
#include "trainer/checkpoint/file_source.h"
#include "trainer/checkpoint/sealed_stream.h"
#include "trainer/checkpoint/tensor_files.h"
#include "trainer/checkpoint/whole_file.h"

#include <filesystem>

namespace galen::trainer {

namespace fs = std::filesystem;

namespace {

std::string path_in(const std::string& folder, const CheckpointKey* key) {
  return fmt::format("{}/{}{}", folder, kModuleFile, key == nullptr ? "" : kSealed);
}

std::string read_bytes(const std::string& path, const CheckpointKey* key) {
  if (key == nullptr) return read_whole(path).bytes;
  FileSource file(path);
  OpeningSource opened(file, *key, kModuleFile);
  std::string bytes;
  constexpr std::size_t kMore = 256 << 10;
  for (std::size_t got = kMore; got == kMore;) {
    const std::size_t before = bytes.size();
    bytes.resize(before + kMore);
    got = opened.read_some(bytes.data() + before, kMore);
    bytes.resize(before + got);
  }
  return bytes;
}

void write_bytes(const std::string& path, std::string_view bytes, const CheckpointKey* key) {
  FileSink file(path);
  if (key == nullptr) {
    file.add(bytes);
  } else {
    SealingSink sealing(file, *key, kModuleFile);
    sealing.add(bytes);
    sealing.finish();
  }
  file.finish();
  file.publish();
}

// A file left by an earlier run with a key, or without one, would count as this run's.
void remove_other_kind(const std::string& folder, const CheckpointKey* key) {
  std::error_code none;
  fs::remove(fmt::format("{}/{}{}", folder, kModuleFile, key == nullptr ? kSealed : ""), none);
}

bool holds(const std::string& path, const std::string& bytes, const CheckpointKey* key) {
  try {
    return fs::exists(path) && read_bytes(path, key) == bytes;
  } catch (const Error&) {
    return false;  // it is written again
  }
}

}  // namespace

std::string digest_of_module(const std::string& bytes) {
  Digest digest;
  digest.add_bytes(bytes.data(), bytes.size());
  return digest.hex();
}

void write_module(const std::string& folder, const std::string& bytes, const CheckpointKey* key) {
  const std::string path = path_in(folder, key);
  remove_other_kind(folder, key);
  if (holds(path, bytes, key)) return;
  make_folder(folder);
  write_bytes(path, bytes, key);
  sync_folder(folder);
}

bool has_module(const std::string& folder, const CheckpointKey* key) {
  std::error_code none;
  return fs::exists(path_in(folder, key), none);
}

void link_module(const std::string& run_folder, const std::string& folder, const CheckpointKey* key) {
  const std::string source = path_in(run_folder, key);
  const std::string target = path_in(folder, key);
  if (!fs::exists(source)) {
    throw Error("{}: the run's copy of its module is missing, so no checkpoint can be written. Restore the file.", source);
  }
  remove_other_kind(folder, key);
  std::error_code problem;
  if (fs::equivalent(source, target, problem)) return;
  const std::string temporary = temporary_name(target);
  fs::create_hard_link(source, temporary, problem);
  if (problem) {
    write_bytes(target, read_bytes(source, key), key);
  } else {
    fs::rename(temporary, target);
  }
  sync_folder(folder);
}

std::string read_module(const std::string& folder, const std::string& digest, const CheckpointKey* key) {
  const std::string path = path_in(folder, key);
  std::string bytes = read_bytes(path, key);
  if (digest_of_module(bytes) == digest) return bytes;
  throw Error("{}: is damaged, or another module: the digest of its {} bytes is not the one in the manifest.", path, bytes.size());
}

}  // namespace galen::trainer
