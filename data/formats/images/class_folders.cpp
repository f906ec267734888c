#include "data/formats/images/class_folders.h"

#include "data/formats/tables/column_name.h"
#include "galen/error.h"

#include <algorithm>
#include <set>

namespace galen::data {
namespace {

constexpr std::size_t kFewestFolders = 3;
constexpr std::int64_t kFewImages = 10;
constexpr std::size_t kDigitsOfAnId = 5;

/// patient07, sub-01, PAT_3: a word for a person, and a number; or a long number.
bool names_a_patient(const std::string& folder) {
  static const std::set<std::string> kPeople = {"patient", "pat",         "pt",     "subject", "subj", "sub",
                                                "case",    "participant", "person", "mrn",     "id"};
  const std::vector<std::string> words = column_words(folder);
  const bool numbered = folder.find_first_of("0123456789") != std::string::npos;
  return (numbered && std::any_of(words.begin(), words.end(), [](const std::string& word) { return kPeople.count(word) > 0; })) ||
         std::any_of(words.begin(), words.end(), [](const std::string& word) {
           return word.size() >= kDigitsOfAnId && word.find_first_not_of("0123456789") == std::string::npos;
         });
}

struct Suspects {
  std::size_t few;    ///< folders of few images
  std::size_t named;  ///< folders that are named for a patient
};

Suspects suspects_among(const std::map<std::string, std::int64_t>& images) {
  const auto few = std::count_if(images.begin(), images.end(), [](const auto& folder) { return folder.second < kFewImages; });
  const auto named = std::count_if(images.begin(), images.end(), [](const auto& folder) { return names_a_patient(folder.first); });
  return {static_cast<std::size_t>(few), static_cast<std::size_t>(named)};
}

}  // namespace

bool look_like_patients(const std::map<std::string, std::int64_t>& images) {
  const auto [few, named] = suspects_among(images);
  return images.size() >= kFewestFolders && (2 * few > images.size() || 2 * named > images.size());
}

void expect_classes(const std::map<std::string, std::int64_t>& images, const ImportOptions& options) {
  const bool said = options.medical.labels == "folders" || !options.class_names.empty() || options.pseudonyms.identifiers == "keep";
  if (said || !look_like_patients(images)) return;
  const auto [few, named] = suspects_among(images);
  throw UsageError(
      "{}: the images lie in {} folders, of which {}, as those of patients; their names would stand in the file as those of classes. If "
      "the "
      "folders are classes, pass --labels folders; if they are patients, name a table of targets and patients (--table, --group), or pass "
      "--target none.",
      options.source, images.size(),
      2 * few > images.size() ? fmt::format("{} hold fewer than {} images", few, kFewImages)
                              : fmt::format("{} are named by a number", named));
}

}  // namespace galen::data
