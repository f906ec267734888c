#include "data/formats/source_files.h"

#include "galen/atomic_file.h"
#include "galen/error.h"
#include "galen/lower_case.h"
#include "galen/regular_file.h"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <set>
#include <utility>

namespace galen::data {

namespace fs = std::filesystem;

namespace {

using Identity = std::pair<dev_t, ino_t>;

std::optional<Identity> identity(const fs::path& path) {
  struct stat status = {};
  if (::stat(path.c_str(), &status) != 0) return {};
  return Identity(status.st_dev, status.st_ino);
}

fs::path folder_of_source(const fs::path& file) { return file.has_parent_path() ? file.parent_path() : "."; }

class Walk {
 public:
  Walk(const fs::path& source, const fs::path& target) {
    if (!target.empty()) {
      target_folder_ = identity(folder_of_source(target));
      target_ = target.filename().string();
      for (const char* ending : {"", ".parts", ".lock"}) targets_.insert(target_ + ending);
    }
    std::error_code error;
    source_ = fs::canonical(source, error);
    for (fs::path above = source_; above.has_relative_path(); above = above.parent_path()) {
      if (const auto folder = identity(above.parent_path())) walked_.insert(*folder);
    }
    if (const std::error_code wrong = enter(source)) {
      throw Error("{}: the folder cannot be read: {}. Check its permissions.", source.string(), wrong.message());
    }
    // A folder is known by its own path, not by that of a link to it, and so links have to wait.
    while (!links_.empty()) {
      for (const fs::path& link : std::exchange(links_, {})) follow(link);
    }
    std::sort(tree_.files.begin(), tree_.files.end());
  }

  SourceTree take() { return std::move(tree_); }

 private:
  void follow(const fs::path& link) {
    const auto folder = identity(link);
    if (folder && walked_.contains(*folder)) {
      tree_.notes.push_back(fmt::format("{}: links to a folder that is read or lies above; passed over.", link.string()));
    } else {
      note_if_elsewhere(link);
      enter_or_say(link);
    }
  }

  void note_if_elsewhere(const fs::path& link) {
    std::error_code error;
    const fs::path place = fs::canonical(link, error);
    const auto [left, rest] = std::mismatch(source_.begin(), source_.end(), place.begin(), place.end());
    if (left != source_.end()) tree_.elsewhere.push_back(fmt::format("{} (to {})", link.string(), place.string()));
  }

  void enter_or_say(const fs::path& folder) {
    if (const std::error_code wrong = enter(folder)) {
      tree_.unreadable.push_back(fmt::format("{}: the folder cannot be read: {}.", folder.string(), wrong.message()));
    }
  }

  std::error_code enter(const fs::path& folder) {
    const auto self = identity(folder);
    if (self && !walked_.insert(*self).second) return {};  // below a link, and read already
    std::error_code error;
    std::vector<fs::path> entries;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) entries.push_back(entry->path());
    if (error) return error;
    std::sort(entries.begin(), entries.end());
    for (const fs::path& entry : entries) {
      const std::string name = entry.filename();
      const bool is_made = targets_.contains(name) || (is_temporary(name) && name.starts_with(target_));
      const bool is_target = self && self == target_folder_ && is_made;
      if (!name.starts_with('.') && !is_target) visit(entry);
    }
    return {};
  }

  void visit(const fs::path& entry) {
    std::error_code error;
    const fs::file_status status = fs::status(entry, error);
    if (fs::is_regular_file(status)) {
      if (std::error_code ignored; fs::is_symlink(entry, ignored)) note_if_elsewhere(entry);
      tree_.files.push_back(entry.string());
    } else if (fs::is_directory(status)) {
      std::error_code ignored;
      fs::is_symlink(entry, ignored) ? links_.push_back(entry) : enter_or_say(entry);
    } else if (const std::string kind = special_kind(entry.string()); !kind.empty()) {
      tree_.unreadable.push_back(fmt::format("{}: is {}, not a file.", entry.string(), kind));
    } else if (error || !fs::exists(status)) {
      tree_.unreadable.push_back(fmt::format("{}: cannot be followed: {}.", entry.string(), error ? error.message() : "it leads nowhere"));
    }
  }

  fs::path source_;
  std::optional<Identity> target_folder_;
  std::string target_;
  std::set<std::string> targets_;
  std::set<Identity> walked_;
  std::vector<fs::path> links_;  // to folders
  SourceTree tree_;
};

}  // namespace

SourceTree walk_source(const std::string& path, const std::string& target) {
  if (!fs::is_directory(path)) return {{path}, {}, {}, {}};
  return Walk(path, target).take();
}

std::vector<std::string> source_files(const std::string& path, const std::string& target) { return walk_source(path, target).files; }

bool has_name_of_its_own(const std::string& file) {
  static const std::set<std::string> kEndings = {".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".nii",
                                                 ".gz",  ".hea", ".atr",  ".csv", ".tsv",  ".txt", ".json"};
  return kEndings.contains(lower_case(fs::path(file).extension()));
}

std::string path_below(const std::string& source, const std::string& file) {
  return fs::is_directory(source) ? fs::path(file).lexically_relative(source).string() : fs::path(file).filename().string();
}

std::string class_folder(const std::string& source, const std::string& file) {
  const fs::path below = path_below(source, file);
  return below.has_parent_path() ? below.begin()->string() : "";
}

}  // namespace galen::data
