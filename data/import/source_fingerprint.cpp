#include "data/import/source_fingerprint.h"

#include "data/formats/source_files.h"
#include "galen/digest.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <set>
#include <vector>

namespace galen::data {
namespace {

namespace fs = std::filesystem;

constexpr char kVersion[] = "decoded samples, version 2";  // changes with what importers make of the same source

void add_file(Digest& digest, const fs::path& path, const std::string& name) {
  std::error_code gone;  // its sample will tell
  const std::int64_t written = fs::last_write_time(path, gone).time_since_epoch().count();
  digest.add(name);
  digest.add(std::array{static_cast<std::int64_t>(fs::file_size(path, gone)), written});
}

std::vector<std::string> files_of(const Source& source, const std::vector<std::string>& all) {
  std::vector<std::string> files = source.files.empty() ? all : source.files;
  std::sort(files.begin(), files.end());
  files.erase(std::unique(files.begin(), files.end()), files.end());
  return files;
}

}  // namespace

std::string fingerprint_of(const Source& source, const ImportOptions& options, const std::vector<std::string>& files) {
  // These have no part in what a sample is decoded to, so that an import may be taken up again with others.
  static const std::set<std::string> kWithoutPart = {"out", "overwrite", "strict", "compression", "split", "fractions", "split-seed"};

  Digest digest;
  digest.add(kVersion);
  for (const std::string& file : files_of(source, files)) add_file(digest, file, path_below(options.source, file));
  if (!options.images.table.empty()) add_file(digest, options.images.table, "");
  for (const auto& [key, value] : options.record) {
    if (kWithoutPart.contains(key)) continue;
    digest.add(key);
    digest.add(value);
  }
  digest.add(source.description.sample_shape);
  digest.add(std::array{source.description.size, static_cast<std::int64_t>(source.description.type),
                        static_cast<std::int64_t>(source.description.has_mask)});
  for (std::int64_t i = 0; i < source.description.size; ++i) digest.add(source.item_name(i));
  return digest.hex();
}

std::string fingerprint_of_some(const std::vector<std::string>& files) {
  static constexpr std::size_t kSome = 64;
  Digest digest;
  const std::size_t count = std::min(files.size(), kSome);
  for (std::size_t i = 0; i < count; ++i) add_file(digest, files[i * files.size() / count], "");
  return digest.hex();
}

}  // namespace galen::data
