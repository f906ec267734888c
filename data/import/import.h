#pragma once

#include "data/hdf5.h"
#include "data/import/ecg/ecg_options.h"
#include "data/import/images/image_options.h"
#include "data/import/import_workers.h"
#include "data/import/pseudonyms.h"
#include "data/import/text/text_options.h"
#include "data/inspection/class_counts.h"
#include "data/inspection/mask_summary.h"
#include "data/order/split.h"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace galen::data {

/// How a table (CSV) is read.
struct TableOptions {
  /// What the first line is. full: a name for each column. partial: names for the first columns only, the others become column_4,
  /// column_5 … none: data; the columns are column_1, column_2 … auto: none where it holds nothing but numbers and missing values; partial
  /// where the next line has at least two cells more (one more may as well be a column of row names); else full.
  std::string header = "auto";

  /// Names of all columns, in place of those that the header gives.
  std::vector<std::string> columns = {};

  /// Between cells: one character, "tab", or "blanks": any number of blanks and tabs. auto: what a first line such as sep=; says, else
  /// comma, semicolon, tab or |, whichever the first line has most, or blanks where these part all lines alike.
  std::string delimiter = "auto";

  /// Columns to be learnt. Empty: the one named label, target, class, diagnosis or outcome. {"none"}: an unlabelled table.
  std::vector<std::string> target = {};

  /// Column that tells the patient; rows with the same value stay on one side of a split. Empty: the one named patient, patient_id,
  /// subject, subject_id, group_id, id or mrn, else each row is a patient of its own. none: that, whatever the names.
  std::string group = {};

  /// Column that names the sample. Empty: the one named sample_id. none: samples have their row's number.
  std::string sample_id = {};

  std::vector<std::string> leave_out = {};  ///< Columns to leave out.

  /// Columns to learn from though their names mean somebody's identity, or they hold dates: such are left out otherwise.
  std::vector<std::string> keep = {};

  /// What a column of categories becomes. one-hot: a feature COLUMN=CATEGORY of 0 and 1 for each. codes: their numbers, from 0.
  std::string categories = "one-hot";

  /// What numbers are stored as, of features and of values to predict, each array for itself: f32, f64, or auto: f64 where f32 would change
  /// a number. NumPy's tables too.
  std::string type = "auto";

  std::vector<std::string> categorical = {};  ///< Columns of categories, whatever their cells look like: numbers that are codes.

  /// Decimal sign. comma: points separate thousands. point: commas do. auto: by the cells; a column that leaves it open is an error.
  std::string decimal = "auto";

  /// Spellings of a missing value, in any case; the empty cell always is one. Empty: the usual ones (?, NA, N/A, NaN, null …), and among
  /// numbers, yes and no, and dates also those that beside other text are categories (-, none, unknown …).
  std::vector<std::string> missing = {};

  /// A data set that was imported before: features (texts: the vocabulary) and classes become those of that one, as a
  /// model trained on it needs them.
  std::string like = {};

  /// What stands between the labels of a cell: one character, or "tab". none: each different cell is a class. auto: |, ; or , where most
  /// cells' labels come in other cells too.
  std::string label_separator = "auto";

  /// Cells of target columns that hold no label, each as VALUE, VALUE=POLICY or LABEL:VALUE=POLICY. VALUE: a number or text, or blank,
  /// which is every missing value. POLICY: ignore (of several labels, this one is left out of the loss and of each metric; a row without
  /// any other label is left out), positive or negative; none: ignore. LABEL: the column that this is for; otherwise for all.
  std::vector<std::string> unlabelled = {};

  bool leave_out_unlabelled = false;  ///< Leave out rows whose target is missing; otherwise such a row is an error.
};

/// How medical images (DICOM, NIfTI) are read.
struct MedicalOptions {
  /// DICOM: each series is a volume [C, D, H, W]; otherwise each image, and each frame of a file of several, is a sample [C, H, W].
  bool series = false;

  /// DICOM: 1: colours become grey; 3: grey images get three equal channels; 0: as they are, all alike.
  int channels = 0;

  /// How samples get ImportOptions::size. pad: voxels stay as they are, borders are cut off or filled up on all sides alike. resample: the
  /// whole image is scaled. auto: pad for volumes, resample for images.
  std::string fit = "auto";

  /// What `fit` pads with: a number, in the units of the values (-1000: air in HU), or min: the smallest value of each channel of each
  /// image. Masks get 0.
  std::string fill = "min";

  /// Series and files that hold several volumes of one place, as phases, echoes or b-values (DICOM with `series`, NIfTI of four
  /// dimensions): the number, from 1, of the one to take. 0: each is a sample; NIfTI: only where files have different numbers of them, else
  /// they are channels. -1: NIfTI: each is a sample. All are of one patient.
  std::int64_t volume = 0;

  /// NIfTI, images: which files are label maps. auto: by the names that are customary (find_nifti_cases(), find_masks()). none: no file is.
  /// Else a regular expression (ECMAScript) that is searched in paths below the source: what it finds are label maps. Where it has a group,
  /// that is the case: the case's images are the other files whose path holds the same text between signs that are neither letters nor
  /// digits.
  std::string masks = "auto";

  /// Where targets come from. none; folders: the folder right below the source that a file lies in names its class (folders of images do so
  /// anyway; here the user says that they are no patients). A DICOM attribute is
  /// learnt where TableOptions::target names it (dicom_target_keywords()).
  std::string labels = "none";
};

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

struct ImportReport {
  std::string format;  ///< as import_formats() names it
  std::string file;    ///< that was written
  std::int64_t samples = 0;
  std::int64_t resumed = 0;                  ///< of those, how many an interrupted import had left decoded
  std::vector<std::int64_t> sample_shape;    ///< channels first
  std::string task;                          ///< empty: no targets, but maybe masks
  std::vector<std::string> types;            ///< what numbers of tables are stored as and why: "features f64, as f32 would change …"
  std::string split;                         ///< where it comes from, a phrase
  std::array<std::int64_t, 3> subsets = {};  ///< samples of train, validation, test
  std::vector<ClassCount> classes;           ///< of classes or labels; empty for regression and unlabelled data
  std::vector<ClassCount> unknown;           ///< see count_unknown()
  std::optional<MaskSummary> masks;          ///< none: there are none
  std::vector<std::string> warnings;         ///< what the importer chose or passed over, one sentence each
  std::vector<std::string> skipped;          ///< bad samples and files that were left out, one sentence each
};

struct ImportFormat {
  std::string name;
  std::string description;  ///< for help texts: what is read, one line
};

/// The formats that import_source() knows.
std::vector<ImportFormat> import_formats();

/// Writes `options.source` as a data set of Galen's schema. A bad source throws galen::Error that names file, array or line; a wrong
/// option galen::UsageError.
///
/// Sources that are many files are decoded by all workers, into parts beside the file to write (FILE.parts/), and put together by rank 0
/// when all are there; the file is the same for every number of workers. What interrupts an import leaves the parts, and the same call goes
/// on with them, on any number of workers; a source or options that changed begin from the start. Bad samples are left out and named in the
/// report; with options.strict, or where none is good, they are an error, and nothing is left behind. Two imports into one file at
/// a time: the second throws galen::Error. Collective; only rank 0 gets a report.
ImportReport import_source(const ImportOptions& options, const ImportWorkers& workers = {});

/// The first of many sentences, and how many more there are.
std::string first_of(const std::vector<std::string>& sentences, const std::string& separator);

/// The report as lines of text, for the person who ran the import.
std::string describe(const ImportReport& report);

}  // namespace galen::data
