#include "data/import/import.h"

#include "galen/error.h"

#include "data/dataset_writer.h"
#include "data/import/csv_reader.h"
#include "data/import/gzip_file.h"
#include "data/import/idx.h"
#include "data/import/import_split.h"
#include "data/import/npz.h"
#include "data/import/source.h"
#include "data/import/table.h"

#include <algorithm>
#include <filesystem>

namespace galen::data {
namespace {

namespace fs = std::filesystem;

struct Format {
  const char* name;
  const char* description;
  bool (*recognise)(const std::string& path);  ///< by the content of a file or folder that exists
  Source (*open)(const ImportOptions& options);
};

constexpr Format kFormats[] = {
    {"npz", "NumPy .npz with images and labels: MedMNIST, 2-D and 3-D; Keras", is_npz, open_npz},
    {"idx", "a folder of IDX files (MNIST), or one of them, gzip or not", is_idx, open_idx},
    {"csv", "a table, one row a sample, gzip or not", is_csv, open_table},
};

constexpr std::int64_t kBlockBytes = 8 << 20;  // of samples that are in memory at a time

std::string list_of_formats() {
  std::string list;
  for (const Format& format : kFormats) list += fmt::format("{}{} ({})", list.empty() ? "" : "; ", format.name, format.description);
  return list;
}

const Format& find_format(const ImportOptions& options) {
  const bool recognise = options.format == "auto";
  for (const Format& format : kFormats) {
    if (recognise ? format.recognise(options.source) : options.format == format.name) return format;
  }
  if (!recognise) throw UsageError("import format {} is unknown; known are {}.", options.format, list_of_formats());
  if (fs::is_directory(options.source))
    throw Error("{}: the folder holds nothing that Galen imports; it imports {}.", options.source, list_of_formats());
  if (peek(options.source, 4) == "\x89HDF") {
    throw Error("{}: is an HDF5 file, which needs no import: train on it with data.file, data.input and data.target.", options.source);
  }
  throw Error("{}: {} Galen imports {}.", options.source,
              fs::file_size(options.source) == 0 ? "the file is empty." : "its format is not recognised.", list_of_formats());
}

void rename_classes(DatasetDescription& description, const std::vector<std::string>& names) {
  if (names.empty()) return;
  if (description.class_names.empty()) throw UsageError("class names were given, but the targets are no classes.");
  if (names.size() < description.class_names.size()) {
    throw UsageError("{} class names were given, but the targets have {} classes.", names.size(), description.class_names.size());
  }
  if (description.task == "multilabel" && names.size() > description.class_names.size()) {
    throw UsageError("{} names were given, but the targets have {} labels.", names.size(), description.class_names.size());
  }
  if (description.task == "binary" && names.size() > 2) description.task = "multiclass";
  description.class_names = names;
}

void write(Source& source, const std::vector<Subset>& split, const ImportOptions& options) {
  DatasetWriter writer(options.file, source.description, options.overwrite);
  if (source.targets.defined()) writer.set_targets(source.targets);
  if (!source.group_ids.empty()) writer.set_groups(source.group_ids);
  if (!source.sample_ids.empty()) writer.set_sample_ids(source.sample_ids);
  writer.set_split(split);

  std::int64_t sample_bytes = static_cast<std::int64_t>(c10::elementSize(source.description.type));
  for (const std::int64_t size : source.description.sample_shape) sample_bytes *= size;
  const std::int64_t block = std::max<std::int64_t>(1, kBlockBytes / sample_bytes);
  for (std::int64_t left = source.description.size; left > 0; left -= block) writer.append(source.read(std::min(block, left)));
  writer.finish();
}

void warn_of_absent_classes(ImportReport& report) {
  std::vector<std::string> absent;
  for (const ClassCount& count : report.classes) {
    if (count.samples[0] == 0) absent.push_back(count.name);
  }
  if (!absent.empty()) report.warnings.push_back(fmt::format("No training sample has the class {}.", fmt::join(absent, ", ")));
}

}  // namespace

std::vector<ImportFormat> import_formats() {
  std::vector<ImportFormat> formats;
  for (const Format& format : kFormats) formats.push_back({format.name, format.description});
  return formats;
}

ImportReport import_source(const ImportOptions& options) {
  if (!fs::exists(options.source)) throw Error("{}: does not exist.", options.source);
  const Format& format = find_format(options);
  Source source = format.open(options);
  rename_classes(source.description, options.class_names);

  std::string origin;
  const std::vector<Subset> split = import_split(source, options.split, origin);
  const std::string name = fs::path(options.source).lexically_normal().filename();
  source.description.provenance = {{"source", name}, {"format", format.name}, {"split_origin", origin}};
  source.description.compression = options.compression;
  write(source, split, options);

  ImportReport report;
  report.format = format.name;
  report.file = options.file;
  report.samples = source.description.size;
  report.sample_shape = source.description.sample_shape;
  report.task = source.description.task;
  report.split = origin;
  report.subsets = count_subsets(split);
  if (!source.description.class_names.empty()) report.classes = count_classes(source.targets, source.description.class_names, split);
  report.warnings = std::move(source.warnings);
  warn_of_absent_classes(report);
  return report;
}

std::string describe(const ImportReport& report) {
  std::string text =
      fmt::format("{}: {} samples of {}, {}\n  format  {}\n  split   {}\n", report.file, report.samples,
                  fmt::join(report.sample_shape, " x "), report.task.empty() ? "unlabelled" : report.task, report.format, report.split);
  text += describe(report.classes, {{"samples", report.subsets}});
  for (const std::string& warning : report.warnings) text += fmt::format("  note: {}\n", warning);
  return text;
}

}  // namespace galen::data
