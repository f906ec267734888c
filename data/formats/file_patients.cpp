#include "data/formats/file_patients.h"

#include "galen/error.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <map>
#include <regex>
#include <set>

namespace galen::data {
namespace {

namespace fs = std::filesystem;

using Names = std::vector<std::string>;

std::string stem_of(const std::string& file) { return fs::path(file).filename(); }

/// The folder at `depth` below the source; empty where the file does not lie so deep.
std::string folder_of(const std::string& file, std::size_t depth) {
  const fs::path folders = fs::path(file).parent_path();
  auto folder = folders.begin();
  for (std::size_t i = 0; i < depth && folder != folders.end(); ++i) ++folder;
  return folder == folders.end() ? "" : folder->string();
}

struct Split {
  std::string before;
  std::string last;  ///< word of a name; empty: it has one word, or the last one is a number, which counts patients
};

Split split_name(const std::string& stem) {
  static constexpr std::string_view kChannel = "000";  // nnU-Net: case_0000, case_0001
  const std::size_t mark = stem.find_last_of("_-.");
  if (mark == std::string::npos || mark == 0 || mark + 1 == stem.size()) return {stem, ""};
  const std::string last = stem.substr(mark + 1);
  const bool number = last.find_first_not_of("0123456789") == std::string::npos;
  if (number && !(last.size() == kChannel.size() + 1 && last.starts_with(kChannel))) return {stem, ""};
  return {stem.substr(0, mark), last};
}

/// How many folders from the source on are those of all files.
std::size_t common_folders(const Names& files) {
  std::vector<fs::path> common;
  for (std::size_t i = 0; i < files.size(); ++i) {
    const fs::path folders = fs::path(files[i]).parent_path();
    if (i == 0) common.assign(folders.begin(), folders.end());
    const auto end = std::mismatch(common.begin(), common.end(), folders.begin(), folders.end()).first;
    common.erase(end, common.end());
  }
  return common.size();
}

/// The folder that a file lies in, where the file's name begins with the folder's: patient001/patient001_frame01.
std::string folder_in_name(const std::string& file) {
  const std::string folder = fs::path(file).parent_path().filename();
  const std::string stem = stem_of(file);
  const bool begins = !folder.empty() && stem.starts_with(folder);
  return begins && (stem.size() == folder.size() || std::isalnum(static_cast<unsigned char>(stem[folder.size()])) == 0) ? folder : "";
}

/// BraTS-GLI-00005 of BraTS-GLI-00005-001, the second time that a patient was imaged.
std::string brats_patient(const std::string& stem) {
  static const std::regex kName("(BraTS-[A-Za-z]+-[0-9]+)-[0-9]+(-.*)?");
  std::smatch match;
  return std::regex_match(stem, match, kName) ? match[1].str() : "";
}

bool all_named(const Names& names) { return std::find(names.begin(), names.end(), "") == names.end(); }

std::size_t different(const Names& names) { return std::set<std::string>(names.begin(), names.end()).size(); }

template <typename Name>
Names each(const Names& files, Name name) {
  Names names;
  for (const std::string& file : files) names.push_back(name(file));
  return names;
}

/// What the names say where no convention is known.
FilePatients by_repetition(const Names& files, std::size_t depth, const std::string& source) {
  depth = std::max(depth, common_folders(files));
  const Names stems = each(files, stem_of);
  const Names folders = each(files, [depth](const std::string& file) { return folder_of(file, depth); });
  const bool in_folders = all_named(folders);
  if (in_folders && different(stems) < files.size() && different(folders) > 1) {
    if (different(stems) == different(folders)) {
      throw UsageError("{}: folders or files may be named for the patients; pass --patient folder or --patient file.", source);
    }
    if (different(stems) < different(folders)) return {folders, "the folder"};
  }
  const Names before = each(stems, [](const std::string& stem) { return split_name(stem).before; });
  const Names last = each(stems, [](const std::string& stem) { return split_name(stem).last; });
  const bool have_last = all_named(last);
  if (have_last && different(last) < different(before) && different(before) < different(stems)) {
    return {before, "the file's name without its last word"};
  }
  return {stems, "the file's name"};
}

FilePatients by_expression(const Names& files, const std::string& option) {
  std::regex expression;
  try {
    expression = option;
  } catch (const std::regex_error&) {
    throw UsageError("--patient {} is neither auto, file nor folder, nor a regular expression such as 'case_([0-9]+)'.", option);
  }
  FilePatients patients{{}, fmt::format("what {} finds in its path", option)};
  for (const std::string& file : files) {
    std::smatch match;
    if (!std::regex_search(file, match, expression)) throw Error("{}: --patient {} finds no patient in its name.", file, option);
    patients.ids.push_back(match.size() > 1 ? match[1].str() : match[0].str());
  }
  return patients;
}

}  // namespace

FilePatients patients_of_files(const Names& files, std::size_t depth, const std::string& option, const std::string& source) {
  if (option == "file") return {files, "the file's path"};
  if (option == "folder") {
    const Names folders = each(files, [depth](const std::string& file) { return folder_of(file, depth); });
    for (std::size_t i = 0; i < files.size(); ++i) {
      if (folders[i].empty()) throw Error("{}: lies in no folder that could be a patient's, as --patient folder has it.", files[i]);
    }
    return {folders, "the folder"};
  }
  if (option != "auto") return by_expression(files, option);

  const Names stems = each(files, stem_of);
  if (std::all_of(stems.begin(), stems.end(), [](const std::string& stem) { return stem.starts_with("sub-"); })) {
    return {each(stems, [](const std::string& stem) { return stem.substr(0, stem.find('_')); }), "sub-… in the file's name (BIDS)"};
  }
  if (Names brats = each(stems, brats_patient); all_named(brats)) return {std::move(brats), "BraTS-… in the file's name without the time"};
  if (Names folders = each(files, folder_in_name); all_named(folders))
    return {std::move(folders), "the folder that begins the file's name"};
  return by_repetition(files, depth, source);
}

std::string FilePatients::note() const {
  const std::size_t count = different(ids);
  return fmt::format("The patient comes from {}: {} file{} of {} patient{}; --patient if that is wrong.", rule, ids.size(),
                     ids.size() == 1 ? "" : "s", count, count == 1 ? "" : "s");
}

}  // namespace galen::data
