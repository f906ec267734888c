#include "data/import/formats.h"

#include "galen/error.h"

#include "data/formats/dicom/dicom.h"
#include "data/formats/gzip_file.h"
#include "data/formats/idx/idx.h"
#include "data/formats/images/image_folder.h"
#include "data/formats/nifti/nifti.h"
#include "data/formats/numpy/npz.h"
#include "data/formats/tables/foreign_table.h"
#include "data/formats/tables/table.h"
#include "data/formats/tables/table_form.h"
#include "data/formats/texts/text_table.h"
#include "data/formats/wfdb/wfdb.h"

#include <filesystem>
#include <string_view>

namespace galen::data {
namespace {

namespace fs = std::filesystem;

constexpr char kHdf5[] = "\x89HDF";
constexpr std::string_view kEdf = "0       ";
constexpr std::string_view kBdf =
    "\xff"
    "BIOSEMI";

/// Of a format that is one file.
template <bool (*kRecognise)(const std::string& path)>
bool is_file(const Discovery& found) {
  return !found.is_folder && kRecognise(found.source);
}

template <Source (*kOpen)(const ImportOptions& options)>
Source open_alone(const ImportOptions& options, const Discovery& /*found*/) {
  return kOpen(options);
}

constexpr Format kFormats[] = {
    {"npz", "NumPy .npz with images and labels: MedMNIST, 2-D and 3-D; Keras", is_file<is_npz>, open_alone<open_npz>},
    {"idx", "a folder of IDX files (MNIST), or one of them, gzip or not", is_idx, open_alone<open_idx>},
    {"dicom", "DICOM files or folders of them: images, or with --series volumes; compressed or not", is_dicom, open_dicom, true},
    {"nifti", "NIfTI-1 and -2 volumes (.nii, .nii.gz, .hdr with .img) or folders of them, with label maps as masks", is_nifti, open_nifti,
     true},
    {"wfdb", "ECG records (WFDB .hea, .dat, .atr), a folder or one of them", is_wfdb, open_wfdb, true},
    {"text", "a table with a column of free text, gzip or not", is_file<is_text_table>, open_alone<open_text_table>},
    {"csv", "a table, one row a sample, gzip or not", is_file<is_csv>, open_alone<open_table>},
    {"images", "a PNG, JPEG, TIFF or BMP image, or a folder of them: classes by folder, or --table", is_image_source, open_images, true},
};

std::string list_of_formats() {
  std::string list;
  for (const Format& format : kFormats) list += fmt::format("{}{} ({})", list.empty() ? "" : "; ", format.name, format.description);
  return list;
}

}  // namespace

std::span<const Format> formats() { return kFormats; }

std::size_t find_format(const ImportOptions& options, const Discovery& found) {
  const std::string name = options.format == "auto" && !options.text.column.empty() ? "text" : options.format;
  if (const std::string foreign = foreign_table(options.source); !foreign.empty()) throw Error("{}: {}", options.source, foreign);
  const bool recognise = name == "auto";
  for (const Format& format : kFormats) {
    if (recognise ? format.recognise(found) : name == format.name) return static_cast<std::size_t>(&format - kFormats);
  }
  if (!recognise) throw UsageError("import format {} is unknown; known are {}.", options.format, list_of_formats());
  for (const std::string& file : found.files()) {
    if (const std::string start = peek(file, kEdf.size()); start == kEdf || start == kBdf) {
      throw Error("{}: is EDF or BDF, which Galen does not read. Convert it to WFDB with edf2mit, or wfdb.io.convert in Python.", file);
    }
  }
  if (found.is_folder) throw Error("{}: the folder holds nothing that Galen imports; it imports {}.", options.source, list_of_formats());
  if (peek(options.source, 4) == kHdf5) {
    throw Error("{}: is an HDF5 file, which needs no import: train on it with data.file, data.input and data.target.", options.source);
  }
  throw Error("{}: {} Galen imports {}.", options.source,
              fs::file_size(options.source) == 0 ? "the file is empty." : "its format is not recognised.", list_of_formats());
}

}  // namespace galen::data
