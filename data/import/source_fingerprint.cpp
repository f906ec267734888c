#include "data/import/source_fingerprint.h"

#include "data/files/digest.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <set>
#include <vector>

namespace galen::data {
namespace {

namespace fs = std::filesystem;

constexpr char kVersion[] = "decoded samples, version 1";  // changes with what importers make of the same source

void add_file(Digest& digest, const fs::path& path, const std::string& name) {
  const std::int64_t written = fs::last_write_time(path).time_since_epoch().count();
  digest.add(name);
  digest.add(std::array{static_cast<std::int64_t>(fs::file_size(path)), written});
}

void add_files(Digest& digest, const std::string& source) {
  if (!fs::is_directory(source)) return add_file(digest, source, "");
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(source, fs::directory_options::follow_directory_symlink)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  for (const fs::path& file : files) add_file(digest, file, file.lexically_relative(source));
}

}  // namespace

std::string fingerprint_of(const Source& source, const ImportOptions& options) {
  // These have no part in what a sample is decoded to, so that an import may be taken up again with others.
  static const std::set<std::string> kWithoutPart = {"out", "overwrite", "strict", "compression", "split", "fractions", "split-seed"};

  Digest digest;
  digest.add(kVersion);
  add_files(digest, options.source);
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

}  // namespace galen::data
