#pragma once

#include <string>
#include <vector>

namespace galen::data {

/// What lies below a folder, and what of it could not be looked into.
struct SourceTree {
  std::vector<std::string> files;       ///< regular files, sorted by path
  std::vector<std::string> unreadable;  ///< folders, and links that lead nowhere: a sentence each
  std::vector<std::string> notes;       ///< links to folders that are or hold one that is walked anyway: a sentence each
  std::vector<std::string> elsewhere;   ///< links that were followed to a file or folder outside: "LINK (to PLACE)"
};

template <typename Archive>
void fields(Archive& archive, SourceTree& tree) {
  archive(tree.files, tree.unreadable, tree.notes, tree.elsewhere);
}

/// Walks through a folder and all folders under it, or gives the file itself. Names that begin with a dot, as some archives add them, are
/// passed over; links are followed, but no folder is walked twice, nor one that `path` lies in. `target`: a data set that is being made,
/// maybe right here; it and what lies beside it until it is done (TARGET.parts, .lock, .tmp-…) do not count. A `path` that cannot be listed
/// throws galen::Error.
SourceTree walk_source(const std::string& path, const std::string& target = "");

/// The files alone.
std::vector<std::string> source_files(const std::string& path, const std::string& target = "");

/// Whether a file's name is one of an image (PNG, JPEG, TIFF, BMP), of NIfTI, of WFDB or of a table: so that looking for files of other
/// formats need not open it.
bool has_name_of_its_own(const std::string& file);

/// A file's path below `source`; its name where `source` is the file.
std::string path_below(const std::string& source, const std::string& file);

/// The name of the folder right below `source` that a file lies in; empty where it lies in `source` itself.
std::string class_folder(const std::string& source, const std::string& file);

}  // namespace galen::data
