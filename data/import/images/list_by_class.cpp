#include "data/import/images/image_list.h"

#include "galen/error.h"

#include "data/import/file_patients.h"
#include "data/import/images/class_folders.h"
#include "data/import/images/image_file.h"
#include "data/import/source_files.h"
#include "data/import/spellings.h"
#include "data/import/table_cell.h"
#include "data/text/windows_1252.h"

#include <ATen/ops/empty.h>

#include <algorithm>
#include <filesystem>
#include <map>

namespace galen::data {
namespace {

namespace fs = std::filesystem;

std::optional<Subset> subset_named(const std::string& folder) {
  static const std::map<std::string, Subset> kSubsets = {
      {"train", Subset::kTrain},           {"training", Subset::kTrain}, {"val", Subset::kValidation}, {"valid", Subset::kValidation},
      {"validation", Subset::kValidation}, {"test", Subset::kTest},      {"testing", Subset::kTest}};
  const auto found = kSubsets.find(lower_case(folder));
  return found == kSubsets.end() ? std::nullopt : std::optional(found->second);
}

/// Where an image lies, taken apart.
struct Place {
  std::optional<Subset> subset;
  std::string class_name;  ///< empty: in no class folder
};

Place place_of(const std::string& file, bool subsets) {
  std::vector<std::string> folders;
  for (const fs::path& part : fs::path(file).parent_path()) folders.push_back(part);
  Place place;
  std::size_t next = 0;
  if (subsets && !folders.empty()) place.subset = subset_named(folders[next++]);
  if (next < folders.size()) place.class_name = as_utf8(folders[next]);
  return place;
}

// Whether every image lies in a folder named for a subset, at least one of them for training.
bool has_subset_folders(const std::vector<std::string>& files) {
  bool training = false;
  for (const std::string& file : files) {
    const auto subset = subset_named(fs::path(file).begin()->string());
    if (!subset) return false;
    training = training || subset == Subset::kTrain;
  }
  return training;
}

Targets classes_of(std::vector<std::string> names_of_images, const ImportOptions& options) {
  Targets targets;
  names_of_images = join_spellings(std::move(names_of_images), old_names(options.class_names), "Folders", targets.notes);
  std::map<std::string, std::int64_t> classes;  // images of each, then its number
  for (const std::string& name : names_of_images) ++classes[name];
  if (classes.size() == 1) {
    throw Error(
        "{}: all images lie in one folder, {}, so there is no class to learn; name a table of targets with --table, or pass --target "
        "none for a data set without targets.",
        options.source, classes.begin()->first);
  }
  expect_classes(classes, options);
  for (auto& [name, number] : classes) {
    number = static_cast<std::int64_t>(targets.names.size());
    targets.names.push_back(name);
  }
  targets.values = at::empty({static_cast<std::int64_t>(names_of_images.size())}, at::kLong);
  for (std::size_t i = 0; i < names_of_images.size(); ++i) targets.values.data_ptr<std::int64_t>()[i] = classes.at(names_of_images[i]);
  if (options.task == "regression" || options.task == "multilabel") {
    throw UsageError("folders tell classes; for --task {} name a table of targets with --table.", options.task);
  }
  targets.task = class_task(options.task, targets.names.size(), options.source);
  return targets;
}

}  // namespace

std::vector<std::string> find_images(const std::string& folder) {
  std::vector<std::string> files;
  for (const std::string& file : source_files(folder)) {
    if (has_image_name(file)) files.push_back(fs::path(file).lexically_relative(folder));
  }
  std::sort(files.begin(), files.end());
  return files;
}

ImageList list_by_class(const ImportOptions& options) {
  ImageList list;
  const std::vector<std::string> files = find_images(options.source);
  if (files.empty()) throw Error("{}: holds no PNG, JPEG, TIFF or BMP image.", options.source);
  const bool subsets = has_subset_folders(files);
  const bool unlabelled = options.table.target == std::vector<std::string>{"none"};

  std::vector<Place> places;
  for (const std::string& file : files) places.push_back(place_of(file, subsets));
  const bool classes =
      !unlabelled && std::any_of(places.begin(), places.end(), [](const Place& place) { return !place.class_name.empty(); });

  std::vector<std::string> class_names;
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (classes && places[i].class_name.empty()) continue;
    list.files.push_back(files[i]);
    if (subsets) list.split.push_back(*places[i].subset);
    if (classes) class_names.push_back(places[i].class_name);
  }
  if (classes) {
    list.targets = classes_of(class_names, options);
    const auto renames = [](const std::string& name) { return name.find('=') != std::string::npos; };
    if (std::none_of(options.class_names.begin(), options.class_names.end(), renames))
      list.notes.push_back("Classes have their folders' names, which stand in the file.");
  }
  list.sample_ids = list.files;
  if (const std::size_t loose = files.size() - list.files.size(); loose > 0) {
    list.notes.push_back(fmt::format("{} image{} outside the class folders left out.", loose, loose == 1 ? "" : "s"));
  }
  if (options.patient == "auto") {
    list.notes.emplace_back(
        "Folders do not tell the patient, so each image counts as a patient of its own; --patient folder, or a table "
        "(--table, --group), can tell.");
  } else {
    FilePatients patients = patients_of_files(list.files, (subsets ? 1 : 0) + (classes ? 1 : 0), options.patient, options.source);
    list.notes.push_back(patients.note());
    list.group_ids = std::move(patients.ids);
  }
  return list;
}

}  // namespace galen::data
