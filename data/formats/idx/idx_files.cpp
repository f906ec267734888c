#include "data/formats/idx/idx_files.h"

#include "galen/error.h"

#include "data/formats/gzip_file.h"

#include <algorithm>
#include <filesystem>

namespace galen::data {
namespace {

namespace fs = std::filesystem;

std::optional<Subset> subset_in(const std::string& name) {
  static constexpr std::pair<const char*, Subset> kWords[] = {
      {"train", Subset::kTrain}, {"val", Subset::kValidation}, {"t10k", Subset::kTest}, {"test", Subset::kTest}};
  for (const auto& [word, subset] : kWords) {
    if (name.find(word) != std::string::npos) return subset;
  }
  return std::nullopt;
}

void require_partner(const IdxPair& pair) {
  if (!pair.images.empty() && !pair.labels.empty()) return;
  const bool images = !pair.images.empty();
  const char* have = images ? "images" : "labels";
  const char* lack = images ? "labels" : "images";
  throw Error("{}: no file of {} lies beside it; it must have the same name, with \"{}\" in place of \"{}\".",
              images ? pair.images : pair.labels, lack, lack, have);
}

/// By what the name says before "images" or "labels".
std::map<std::string, IdxPair> pairs_in(const fs::path& folder, std::vector<std::string>& warnings) {
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    if (entry.is_regular_file() && has_idx_magic(entry.path())) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());  // an unpacked file comes before its .gz

  std::map<std::string, IdxPair> pairs;
  for (const fs::path& file : files) {
    const std::string name = file.filename();
    const std::size_t images = name.find("image");
    const std::size_t end = std::min(images, name.find("label"));
    if (end == std::string::npos) continue;
    IdxPair& pair = pairs[name.substr(0, end)];
    pair.subset = subset_in(name);
    std::string& place = images == end ? pair.images : pair.labels;
    if (place.empty()) {
      place = file;
    } else {
      warnings.push_back(fmt::format("{} was passed over: {} holds the same part.", file.filename().string(), place));
    }
  }
  return pairs;
}

}  // namespace

bool has_idx_magic(const std::string& path) {
  const std::string start = peek(path, 4);
  return start.size() == 4 && start[0] == 0 && start[1] == 0 && start[2] >= 0x08 && start[2] <= 0x0E && start[3] >= 1 && start[3] <= 5;
}

std::vector<IdxPair> find_idx_pairs(const std::string& source, std::vector<std::string>& warnings) {
  const bool folder = fs::is_directory(source);
  const auto is_source = [&](const std::string& file) { return !file.empty() && fs::equivalent(file, source); };

  std::vector<IdxPair> pairs;
  for (const auto& [name, pair] : pairs_in(folder ? fs::path(source) : fs::absolute(source).parent_path(), warnings)) {
    if (!folder && !is_source(pair.images) && !is_source(pair.labels)) continue;
    require_partner(pair);
    pairs.push_back(pair);
  }
  if (pairs.empty()) throw Error("{}: an IDX file needs \"images\" or \"labels\" in its name, so that its partner is found.", source);

  std::stable_sort(pairs.begin(), pairs.end(), [](const IdxPair& a, const IdxPair& b) { return a.subset < b.subset; });
  for (std::size_t i = 0; pairs.size() > 1 && i < pairs.size(); ++i) {
    if (!pairs[i].subset || (i > 0 && pairs[i].subset == pairs[i - 1].subset)) {
      throw Error(
          "{}: the names of its files do not say which is for training and which for test; import {} alone, or name the files train-…, "
          "val-…, t10k-….",
          source, pairs[i].images);
    }
  }
  return pairs;
}

}  // namespace galen::data
