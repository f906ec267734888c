#pragma once

#include "data/formats/discovery.h"
#include "data/formats/images/mask_pairs.h"
#include "data/formats/options/import_options.h"
#include "data/formats/targets.h"
#include "data/sampling/split.h"

#include <optional>
#include <string>
#include <vector>

namespace galen::data {

/// The images of a data set, before any of them is opened. One entry each, in all that is not empty.
struct ImageList {
  std::vector<std::string> files;  ///< paths below the source folder
  std::optional<Targets> targets;
  std::vector<std::string> group_ids;
  std::vector<std::string> sample_ids;
  std::vector<Subset> split;
  std::vector<std::string> missing;  ///< that a table names but are not there: a sentence each
  std::vector<std::string> notes;
};

template <typename Archive>
void fields(Archive& archive, ImageList& list) {
  archive(list.files, list.targets, list.group_ids, list.sample_ids, list.split, list.missing, list.notes);
}

/// Paths of all images below the source, relative to it, sorted, or the name of the image that it is.
std::vector<std::string> find_images(const Discovery& found);

/// The path of an image that find_images() has found.
std::string image_path(const std::string& source, const std::string& image);

/// SOURCE/CLASS/…/image, or SOURCE/{train,val,test}/CLASS/…/image, which is the source's own split. Classes are sorted by name. Images
/// outside such folders are unlabelled and left out beside labelled ones. `files`: the source's; where they have masks, those are enough
/// to learn, so that a single folder is no class, and folders that look like those of patients are patients.
ImageList list_by_class(const MaskPairs& files, const ImportOptions& options);

/// Images that the rows of options.images.table name: by their path below the source folder, or by the file's name alone, with or without
/// its extension, out of `files`. Target, group and sample_id columns as options.table has them; a column named split is the source's own.
ImageList list_by_table(const MaskPairs& files, const ImportOptions& options);

}  // namespace galen::data
