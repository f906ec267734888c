#include "data/import/option_rules.h"

#include "data/import/import.h"
#include "galen/error.h"

#include <algorithm>
#include <iterator>
#include <sstream>

namespace galen::data {
namespace {

using Idle = const char*;

constexpr char kAll[] = "npz idx dicom nifti wfdb text csv images";
constexpr char kAllAndRepacking[] = "npz idx dicom nifti wfdb text csv images repack";
constexpr char kWithIds[] = "dicom nifti wfdb text csv images";
constexpr char kTables[] = "text csv images";

Idle always(const ImportOptions& /*options*/, const std::string& /*format*/) { return nullptr; }

/// Of folders of images only those with a table use options of tables.
Idle needs_table(const ImportOptions& options, const std::string& format) {
  return format == "images" && options.images.table.empty() ? "is about the table of the images: name it with --table" : nullptr;
}
Idle names_target(const ImportOptions& options, const std::string& format) {
  const bool none = options.table.target == std::vector<std::string>{"none"};
  if (none || needs_table(options, format) == nullptr) return nullptr;
  return "names a column of the table of the images: name it with --table, or pass --target none for unlabelled images";
}
Idle names_patient(const ImportOptions& options, const std::string& format) {
  return format == "images" && !options.images.table.empty() ? "does nothing beside --table, whose column identifies the patient (--group)"
                                                             : nullptr;
}
Idle tells_classes(const ImportOptions& options, const std::string& format) {
  if (format != "images") return nullptr;
  if (!options.images.table.empty()) return "does nothing beside --table, whose column gives the class (--target)";
  return options.medical.labels == "none" ? "does nothing for images, whose folders give the class; pass --target none" : nullptr;
}
Idle needs_size(const ImportOptions& options, const std::string& /*format*/) {
  return options.size.empty() ? "does nothing without --size" : nullptr;
}
Idle needs_padding(const ImportOptions& options, const std::string& format) {
  if (options.size.empty()) return "does nothing without --size";
  const bool volumes = format == "nifti" || options.medical.series;
  const bool pads = options.medical.fit == "pad" || (options.medical.fit == "auto" && volumes);
  return pads ? nullptr : "is what --fit pad fills up with, but images are scaled";
}
Idle needs_series(const ImportOptions& options, const std::string& format) {
  if (format != "dicom") return nullptr;
  if (options.medical.volume < 0) return "is -1 for NIfTI alone; each volume of DICOM is a sample anyway";
  return options.medical.series ? nullptr : "does nothing without --series";
}
Idle needs_new_columns(const ImportOptions& options, const std::string& /*format*/) {
  return options.table.like.empty() ? nullptr : "does nothing beside --like, whose columns are kept";
}
Idle needs_new_vocabulary(const ImportOptions& options, const std::string& /*format*/) {
  return options.table.like.empty() ? nullptr : "does nothing beside --like, whose vocabulary is kept";
}
Idle needs_learning(const ImportOptions& options, const std::string& format) {
  if (!options.text.vocabulary_file.empty()) return "does nothing beside --vocabulary, which is taken as it is";
  return needs_new_vocabulary(options, format);
}
Idle needs_beats(const ImportOptions& options, const std::string& /*format*/) {
  return options.ecg.segment > 0 ? "does nothing beside --segment, which cuts stretches, not beats" : nullptr;
}
Idle needs_pseudonyms(const ImportOptions& options, const std::string& /*format*/) {
  return options.pseudonyms.identifiers == "keep" ? "does nothing beside --identifiers keep, which makes no pseudonyms" : nullptr;
}

const std::vector<OptionRule> kRules = {
    // A new option of galen import needs a row: its key, the formats that use it, and a function that says when it does nothing even
    // there.
    {"format", kAll, always},
    {"task", kAll, always},
    {"class-names", kAll, always},
    {"positive", kAll, always},
    {"compression", kAllAndRepacking, always},
    {"overwrite", kAllAndRepacking, always},
    {"external", kAllAndRepacking, always},
    {"strict", kAll, always},
    {"split", kAll, always},
    {"fractions", kAll, always},
    {"split-seed", kAll, always},
    {"identifiers", kAll, always},
    {"pseudonym-key-file", kWithIds, needs_pseudonyms},
    {"dates", "dicom", always},
    {"patient", "nifti wfdb images", names_patient},
    {"table", "images", always},
    {"file-column", "images", needs_table},
    {"grey", "images", always},
    {"rgb", "images", always},
    {"size", "dicom nifti images", always},
    {"fit", "dicom nifti", needs_size},
    {"fill", "dicom nifti", needs_padding},
    {"channels", "dicom", always},
    {"series", "dicom", always},
    {"volume", "dicom nifti", needs_series},
    {"masks", "nifti images", always},
    {"labels", "dicom nifti images", tells_classes},
    {"header", kTables, needs_table},
    {"columns", kTables, needs_table},
    {"delimiter", kTables, needs_table},
    {"target", "dicom text csv images", names_target},
    {"group", kTables, needs_table},
    {"sample-id", kTables, needs_table},
    {"leave-out", kTables, needs_table},
    {"missing", kTables, needs_table},
    {"leave-out-unlabelled", kTables, needs_table},
    {"label-separator", kTables, needs_table},
    {"unlabelled", kTables, needs_table},
    {"keep", "csv", needs_new_columns},
    {"categories", "csv", needs_new_columns},
    {"categorical", "csv", needs_new_columns},
    {"decimal", "csv", always},
    {"type", "npz text csv images", needs_table},
    {"like", "text csv", always},
    {"text", "text", always},
    {"tokenizer", "text", needs_new_vocabulary},
    {"vocabulary", "text", always},
    {"vocabulary-size", "text", needs_learning},
    {"lower-case", "text", needs_new_vocabulary},
    {"max-length", "text", needs_new_vocabulary},
    {"window-before", "wfdb", needs_beats},
    {"window-after", "wfdb", needs_beats},
    {"beats", "wfdb", needs_beats},
    {"annotator", "wfdb", needs_beats},
    {"segment", "wfdb", always},
    {"repack", kRepacking, always},
    {"chunk-samples", kRepacking, always},
    {"input", kRepacking, always},
};

std::vector<std::string> words(const char* text) {
  std::istringstream stream(text);
  return {std::istream_iterator<std::string>(stream), {}};
}

std::string list_formats(const OptionRule& rule) {
  std::vector<std::string> formats = words(rule.formats);
  if (std::erase(formats, kRepacking) > 0) formats.emplace_back("--repack");
  std::string text = formats.front();
  for (std::size_t i = 1; i < formats.size(); ++i) text += (i + 1 == formats.size() ? " and " : ", ") + formats[i];
  return text;
}

std::string what_is(const std::string& source, const std::string& format) {
  for (const ImportFormat& known : import_formats()) {
    if (known.name == format) return fmt::format("{} is {}: {}", source, format, known.description);
  }
  return fmt::format("{} is repacked", source);
}

}  // namespace

const std::vector<OptionRule>& option_rules() { return kRules; }

void check_written_options(const ImportOptions& options, const std::string& format) {
  for (const OptionRule& rule : kRules) {
    if (options.written.count(rule.key) == 0) continue;
    const std::vector<std::string> formats = words(rule.formats);
    if (std::find(formats.begin(), formats.end(), format) == formats.end()) {
      throw UsageError("--{} is for {}, but {}.", rule.key, list_formats(rule), what_is(options.source, format));
    }
    if (const char* why = rule.idle(options, format); why != nullptr) throw UsageError("--{} {}.", rule.key, why);
  }
}

void check_written_options(const ImportOptions& options, const Source& source, bool drawn) {
  const auto is_written = [&](const char* key) { return options.written.count(key) > 0; };
  for (const char* key : {"task", "class-names", "positive"}) {
    if (is_written(key) && !source.targets.defined()) throw UsageError("--{} is about targets, but {} has none.", key, options.source);
  }
  for (const char* key : {"fractions", "split-seed"}) {
    if (is_written(key) && !drawn) {
      throw UsageError("--{} is about a split that is drawn, but {} has its own; pass --split drawn.", key, options.source);
    }
  }
}

}  // namespace galen::data
