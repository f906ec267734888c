#pragma once

#include <string>
#include <vector>

namespace galen::data {

/// The regular files of a folder and of all folders under it, sorted by path, or the file itself. Names that begin with a dot, as some
/// archives add them, are passed over.
std::vector<std::string> source_files(const std::string& path);

/// A file's path below `source`; its name where `source` is the file.
std::string path_below(const std::string& source, const std::string& file);

/// The name of the folder right below `source` that a file lies in; empty where it lies in `source` itself.
std::string class_folder(const std::string& source, const std::string& file);

}  // namespace galen::data
