#include "data/formats/images/image_list.h"

#include "galen/error.h"

#include "data/formats/file_patients.h"
#include "data/formats/images/class_folders.h"
#include "data/formats/images/image_file.h"
#include "data/formats/images/split_folder.h"
#include "data/formats/source_files.h"
#include "data/formats/spellings.h"
#include "data/text/windows_1252.h"

#include <ATen/ops/empty.h>

#include <algorithm>
#include <filesystem>
#include <map>

namespace galen::data {
namespace {

namespace fs = std::filesystem;

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
    throw UsageError("folders give classes; for --task {} name a table of targets with --table.", options.task);
  }
  targets.task = class_task(options.task, targets.names.size(), options.source);
  return targets;
}

/// `paths`: those that do; `depth`: of the folder that may be a patient's.
void tell_patients(const std::vector<std::string>& paths, std::size_t depth, bool cases, bool by_folder, const ImportOptions& options,
                   ImageList& list) {
  if (options.patient != "auto" || by_folder) {
    FilePatients patients =
        patients_of_files(paths, depth, by_folder && options.patient == "auto" ? "folder" : options.patient, options.source);
    list.notes.push_back(patients.note());
    list.group_ids = std::move(patients.ids);
  } else if (cases) {
    for (const std::string& path : paths) list.group_ids.push_back(fs::path(path).parent_path());
  } else if (paths.size() > 1) {
    list.notes.emplace_back(
        "Folders do not identify the patient, so each image counts as a patient of its own; --patient folder, or a table "
        "(--table, --group), can tell.");
  }
}

}  // namespace

std::vector<std::string> find_images(const Discovery& found) {
  std::vector<std::string> files;
  for (const std::string& file : found.files()) {
    if (has_image_name(file)) files.push_back(path_below(found.source, file));
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string image_path(const std::string& source, const std::string& image) {
  return fs::is_directory(source) ? (fs::path(source) / image).string() : source;
}

ImageList list_by_class(const MaskPairs& found, const ImportOptions& options) {
  ImageList list;
  const std::vector<std::string>& files = found.images;
  if (files.empty()) throw Error("{}: holds no PNG, JPEG, TIFF or BMP image.", options.source);
  std::vector<std::string> paths;  // that give split and class
  for (const std::string& file : files) paths.push_back(found.places.at(file));
  const bool subsets = has_subset_folders(paths);
  const bool unlabelled = options.table.target == std::vector<std::string>{"none"};

  std::vector<Place> places;
  std::map<std::string, std::int64_t> folders;
  for (const std::string& path : paths) {
    places.push_back(place_of(path, subsets));
    ++folders[places.back().class_name];
  }
  const bool folders_are_classes = options.medical.labels == "folders";
  const bool by_folder =
      found.have_masks() && !folders_are_classes && look_like_patients(folders) && !found.are_cases && !folders.contains("");
  const bool masks_alone = found.have_masks() && !folders_are_classes &&
                           (folders.size() - folders.count("") < 2 || by_folder || found.are_cases || options.patient == "folder");
  const bool classes = !unlabelled && !masks_alone && (folders.size() > 1 || !folders.begin()->first.empty());

  std::vector<std::string> class_names;
  std::vector<std::string> kept;
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (classes && places[i].class_name.empty()) continue;
    list.files.push_back(files[i]);
    kept.push_back(paths[i]);
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
  tell_patients(kept, (subsets ? 1 : 0) + (classes ? 1 : 0), found.are_cases, by_folder, options, list);
  return list;
}

}  // namespace galen::data
