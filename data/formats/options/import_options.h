#pragma once

#include "data/formats/options/ecg_options.h"
#include "data/formats/options/image_options.h"
#include "data/formats/options/medical_options.h"
#include "data/formats/options/pseudonym_options.h"
#include "data/formats/options/table_options.h"
#include "data/formats/options/text_options.h"
#include "data/hdf5/hdf5.h"
#include "data/sampling/split.h"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace galen::data {

/// What a source is, how it is read, and what becomes of it.
struct ImportOptions {
  std::string source;           ///< The file or folder to import.
  std::string file;             ///< The HDF5 file to write.
  std::string format = "auto";  ///< A name from import_formats(). auto: recognised from the content.
  std::string task = "auto";    ///< binary, multiclass, multilabel, regression. auto: by the targets.

  /// Order and names of classes or labels: all names of the source in the order wanted, or OLD=NEW for those to rename; names of classes
  /// that the source has numbers for. Empty: as the source has them, else "0", "1" …
  std::vector<std::string> class_names;

  std::string positive;                               ///< Of two classes, the one that becomes number 1. Empty: the source's.
  int compression = 0;                                ///< 0: none. 1 … 9: gzip of that level.
  bool overwrite = false;                             ///< Replace `file` where it exists.
  hdf5::External external = hdf5::External::kRefuse;  ///< Whether links in a folder, and HDF5 files, may lead out of their own folder.
  bool strict = false;                                ///< A bad source file among good ones is an error; otherwise it is skipped and named.

  /// auto: the source's own split, else drawn; where the source has training and test samples only, validation samples are drawn from
  /// the training samples, by the same shares.
  SplitOptions split;

  /// NIfTI, ECG records, images by folder: what tells the patient of a file. folder: the one right below the source (below its class's,
  /// where folders are classes). file: each is a patient of its own. Else a regular expression (ECMAScript) whose first group, or whole
  /// match, in the path below the source is the patient. auto: for NIfTI see patients_of_files(), else as file.
  std::string patient = "auto";

  TableOptions table;
  MedicalOptions medical;
  std::vector<std::int64_t> size = {};  ///< [H, W] or [D, H, W] of all samples; empty: as they are, all alike
  PseudonymOptions pseudonyms;
  ImageOptions images;
  TextOptions text;
  EcgOptions ecg;

  /// Keys of the options that the user wrote, as the command has them ("beats"): one that does nothing for the source throws
  /// galen::UsageError (option_rules.h).
  std::set<std::string> written;

  /// All options as text, as the command has them. An interrupted import goes on only under the same ones.
  std::map<std::string, std::string> record;
};

}  // namespace galen::data
