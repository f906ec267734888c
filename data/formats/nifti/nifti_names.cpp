#include "data/formats/nifti/nifti_names.h"

#include "galen/lower_case.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <string_view>

namespace galen::data {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kNameSeparators = "_-.+ ";
constexpr std::string_view kImageWords[] = {"images", "image",   "imgs",  "img",  "volumes", "volume",
                                            "vol",    "imaging", "scans", "scan", "orig"};
constexpr std::string_view kLabelWords[] = {"labels",       "label", "labelmaps", "labelmap",    "masks", "mask", "segmentations",
                                            "segmentation", "segs",  "seg",       "groundtruth", "gts",   "gt"};
constexpr std::string_view kModalityNames[] = {"t1",    "t1w", "t1c", "t1ce", "t1gd", "t1n",  "t1post", "t2",   "t2w", "t2f", "t2star",
                                               "flair", "pd",  "pdw", "adc",  "dwi",  "swi",  "ct",     "cta",  "ctp", "pet", "mr",
                                               "mri",   "hbv", "cbf", "cbv",  "mtt",  "tmax", "dce",    "bold", "asl", "suv"};

template <typename Words>
bool is_one_of(const std::string& word, const Words& words) {
  return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

/// A word cut where small letters meet large ones, or letters digits: "lungMask", "patient1GT".
std::vector<std::string> parts_of_word(const std::string& word) {
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < word.size(); ++i) {
    const auto c = static_cast<unsigned char>(word[i]);
    const auto before = static_cast<unsigned char>(i == 0 ? '_' : word[i - 1]);
    const bool cut = (std::isdigit(c) != 0) != (std::isdigit(before) != 0) || (std::islower(before) != 0 && std::isupper(c) != 0);
    if (i == 0 || cut) parts.emplace_back();
    parts.back() += static_cast<char>(c);
  }
  return parts;
}

bool is_label_word(const std::string& word) {
  const std::string all = lower_case(word);
  const auto holds = [&](const char* text) { return all.find(text) != std::string::npos; };
  if (holds("masked") || holds("unmask") || holds("unlabel") || holds("labelled") || holds("labeled")) return false;
  if (holds("label") || holds("mask") || holds("groundtruth") || all.starts_with("segm") || all.ends_with("seg") || all.ends_with("segs")) {
    return true;
  }
  const std::vector<std::string> parts = parts_of_word(word);
  return std::any_of(parts.begin(), parts.end(), [](const std::string& part) {
    const std::string one = lower_case(part);
    return one == "gt" || one == "gts" || one == "seg" || one == "truth";
  });
}

/// What is left of a word: "lung" of lungMask, "0001" of img0001, "" of aseg and volume.
std::string word_without_role(const std::string& word) {
  std::string left;
  const std::vector<std::string> parts = parts_of_word(word);
  for (const std::string& part : parts) {
    const std::string one = lower_case(part);
    if (!is_one_of(one, kImageWords) && !is_one_of(one, kLabelWords)) left += part;
  }
  return left == word && is_label_word(word) ? "" : left;
}

/// A name, each word replaced by what `change` makes of it; an empty word goes with the separator before it, or behind it where it is the
/// first.
template <typename Change>
std::string with_words_changed(const std::string& name, const Change& change) {
  std::string left;
  std::size_t begin = 0;
  while (begin <= name.size()) {
    const std::size_t end = std::min(name.find_first_of(kNameSeparators, begin), name.size());
    const std::string word = change(name.substr(begin, end - begin));
    if (!word.empty() && !left.empty()) left += name[begin - 1];
    left += word;
    begin = end + 1;
  }
  return left;
}

/// "Tr" of imagesTr and labelsTr; other folders stay.
std::string folder_without_role(const std::string& folder) {
  const std::string small = lower_case(folder);
  std::size_t longest = 0;
  const auto look_for = [&](std::string_view word) {
    const bool ends =
        small.size() == word.size() || (small.starts_with(word) && std::islower(static_cast<unsigned char>(folder[word.size()])) == 0);
    if (small.starts_with(word) && ends) longest = std::max(longest, word.size());
  };
  for (const std::string_view word : kImageWords) look_for(word);
  for (const std::string_view word : kLabelWords) look_for(word);
  return folder.substr(longest);
}

}  // namespace

std::string without_nifti_ending(const std::string& path) {
  std::string left = path.ends_with(".gz") ? path.substr(0, path.size() - 3) : path;
  for (const char* ending : {".nii", ".hdr", ".img"}) {
    if (left.ends_with(ending)) return left.substr(0, left.size() - 4);
  }
  return left;
}

std::string nifti_stem(const std::string& path) { return without_nifti_ending(fs::path(path).filename()); }

std::vector<std::string> words_of_name(const std::string& name) {
  std::vector<std::string> words;
  with_words_changed(name, [&](const std::string& word) {
    if (!word.empty()) words.push_back(word);
    return word;
  });
  return words;
}

bool is_label_name(const std::string& name) {
  const std::vector<std::string> words = words_of_name(name);
  return std::any_of(words.begin(), words.end(), is_label_word);
}

bool is_label_path(const std::string& path) {
  const fs::path parts = without_nifti_ending(path);
  return std::any_of(parts.begin(), parts.end(), [](const fs::path& part) { return is_label_name(part); });
}

std::string path_without_roles(const std::string& path) {
  const fs::path all = path;
  std::string left;
  for (const fs::path& folder : all.parent_path()) {
    const std::string rest = folder_without_role(folder);
    if (!rest.empty()) left += rest + "/";
  }
  return left + with_words_changed(all.filename(), word_without_role);
}

bool is_channel_number(const std::string& word) {
  return word.size() == 4 && word.starts_with("00") &&
         std::all_of(word.begin(), word.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
}

std::string path_without_channel(const std::string& path, std::string& channel) {
  const std::size_t slash = path.rfind('/');
  const std::size_t begin = slash == std::string::npos ? 0 : slash + 1;
  const std::size_t mark = path.find_last_of(kNameSeparators);
  const bool is_whole_name = mark == std::string::npos || mark < begin;
  const std::string last = path.substr(is_whole_name ? begin : mark + 1);
  channel.clear();
  if (!is_channel_number(last) && !is_one_of(lower_case(last), kModalityNames)) return path;
  if (is_whole_name && is_channel_number(last)) return path;
  channel = last;
  return path.substr(0, is_whole_name ? begin : mark);
}

}  // namespace galen::data
