#pragma once

#include "data/formats/import_workers.h"
#include "data/formats/options/import_options.h"
#include "data/inspection/class_counts.h"
#include "data/inspection/mask_summary.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace galen::data {

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
  std::optional<MaskSummary> masks;          ///< nullopt: no masks
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

/// The report as lines of text, for the person who ran the import.
std::string describe(const ImportReport& report);

}  // namespace galen::data
