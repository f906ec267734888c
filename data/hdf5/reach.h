#pragma once

#include "data/hdf5/library.h"

#include <filesystem>
#include <string>
#include <vector>

/// Inner side of the wrapper: which files the library may open on behalf of the one that is read.
///
/// An HDF5 file can name others by their paths, and the library then reads them in its place: external links, external storage (any file at
/// all) and the sources of virtual datasets. A data set from elsewhere could take along what only its reader may see. So such files must
/// lie below the folder of the file that was asked for, where all links on both ways are followed; others are read where External::kAllow
/// says so.
namespace galen::data::hdf5 {

struct Reach {
  std::filesystem::path home = {};  ///< canonical
  External external = External::kRefuse;

  bool allows(const std::filesystem::path& file) const;
};

/// Of the file at `path`, when it is the one that was asked for.
Reach reach_from(const std::string& path, External external);

/// The one that the file of an open object was opened with. A file that was opened to be written reaches no other.
Reach reach_of(hid_t object);

/// A dataset. One that lies in a file beyond reach throws galen::Error, in which `where` stands for the dataset; one that cannot be opened
/// for another reason gives an id below 0.
Handle open_array(hid_t file, const std::string& name, hid_t access, const std::string& where);

[[noreturn]] void refuse(const std::string& where, const std::string& file, const Reach& reach);

/// Other files that hold elements of an array, open in the file at `path`: where an external link leads, external storage, virtual sources.
std::vector<std::string> other_files(hid_t array, const std::string& path);

}  // namespace galen::data::hdf5
