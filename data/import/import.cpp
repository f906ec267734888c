#include "data/import/import.h"

#include "data/formats/first_of.h"
#include "galen/error.h"
#include "galen/missing_file.h"
#include "galen/regular_file.h"

#include "data/files/dataset_writer.h"
#include "data/formats/discovery.h"
#include "data/formats/gzip_file.h"
#include "data/formats/shared_work.h"
#include "data/formats/source.h"
#include "data/formats/source_files.h"
#include "data/import/class_naming.h"
#include "data/import/decode.h"
#include "data/import/decoded_parts.h"
#include "data/import/formats.h"
#include "data/import/import_split.h"
#include "data/import/option_rules.h"
#include "data/import/pseudonyms.h"
#include "data/import/source_fingerprint.h"
#include "data/import/target_lock.h"
#include "data/import/write_source.h"
#include "galen/atomic_file.h"
#include "galen/room.h"

#include <algorithm>
#include <filesystem>
#include <limits>
#include <optional>

namespace galen::data {
namespace {

namespace fs = std::filesystem;

constexpr char kHdf5Ending[] = "\x89HDF";

/// --overwrite is for earlier imports, and never for what is imported from.
void expect_no_source(const ImportOptions& options, const Discovery& found) {
  if (!fs::exists(options.file)) return;
  const auto refuse_output = [&](const fs::path& path) {
    std::error_code error;
    if (fs::equivalent(path, options.file, error)) throw UsageError("--out {} is what is imported from; name another file.", options.file);
  };
  for (const std::string& path :
       {options.source, options.table.like, options.images.table, options.text.vocabulary_file, options.pseudonyms.key_file}) {
    refuse_output(path);
  }
  if (!found.is_folder || peek(options.file, 4) == kHdf5Ending) return;
  for (const std::string& file : source_files(options.source)) refuse_output(file);
}

// Data from elsewhere can hold links to any file of this machine.
void check_links(const ImportOptions& options, const SourceTree& tree) {
  if (options.external == hdf5::External::kAllow || tree.elsewhere.empty()) return;
  throw Error("{}: holds links to what lies outside of it, which is not read: {}. Where you know what they are for, pass --external allow.",
              options.source, first_of(tree.elsewhere, ", "));
}

/// What the options name is there, before anything is read.
void expect_named_files(const ImportOptions& options) {
  if (!fs::exists(options.source)) throw MissingFile("{}: does not exist. Check the path.", options.source);
  expect_regular_file(options.source);
  for (const auto& [option, file] : {std::pair("--table", options.images.table), std::pair("--like", options.table.like),
                                     std::pair("--vocabulary", options.text.vocabulary_file)}) {
    if (!file.empty() && !fs::exists(file)) throw MissingFile("{}: there is no such file, which {} names. Check the path.", file, option);
    expect_regular_file(file);
  }
}

// Of a compressed data set nobody knows the size beforehand; decoded samples lie on the disk as they are until it is written.
void expect_room(const DatasetDescription& description, std::int64_t resumed, const ImportOptions& options) {
  if (description.size == 0) return;
  const std::int64_t all = stored_bytes(description);
  expect_memory(all / description.size, fmt::format("{}: a sample of [{}]", options.source, fmt::join(description.sample_shape, ", ")),
                "Import smaller ones: --size makes them so.");
  const std::int64_t decoded = all / description.size * (description.size - resumed);
  const std::int64_t both = options.compression > 0 || all > std::numeric_limits<std::int64_t>::max() - decoded ? decoded : decoded + all;
  expect_disk_space(options.file, std::max(decoded, both),
                    fmt::format("{} samples of [{}], which are decoded before they are written", description.size,
                                fmt::join(description.sample_shape, ", ")));
}

void name_what_was_passed_over(Source& source, const SourceTree& tree) {
  source.skipped.insert(source.skipped.end(), tree.unreadable.begin(), tree.unreadable.end());
  source.warnings.insert(source.warnings.end(), tree.notes.begin(), tree.notes.end());
  if (!tree.elsewhere.empty())
    source.warnings.push_back("Read through links, outside of the folder: " + first_of(tree.elsewhere, ", ") + ".");
}

void require_none(const std::vector<std::string>& skipped, const std::string& source) {
  if (skipped.empty()) return;
  throw Error("{}: {} bad sample{}, which --strict does not allow. {}", source, skipped.size(), skipped.size() == 1 ? "" : "s",
              first_of(skipped, " "));
}

void warn_of_absent_classes(ImportReport& report) {
  for (const Subset subset : {Subset::kTrain, Subset::kValidation}) {
    const auto s = static_cast<std::size_t>(subset);
    std::vector<std::string> absent;
    for (const ClassCount& count : report.classes) {
      if (count.samples[s] == 0) absent.push_back(count.name);
    }
    if (absent.empty() || (report.subsets[s] == 0 && subset != Subset::kTrain)) continue;
    report.warnings.push_back(
        fmt::format("No {} sample has the class {}.", subset == Subset::kTrain ? "training" : "validation", fmt::join(absent, ", ")));
  }
}

/// On rank 0: what the source holds, where the options allow it.
Discovery discover(const ImportOptions& options) {
  expect_named_files(options);
  expect_free_name(options.file, options.overwrite);
  if (options.split.source != SplitSource::kStored)
    draw_split({}, {}, options.split);  // refuses wrong shares before the source is looked through
  Discovery found{options.source, fs::is_directory(options.source), walk_source(options.source, options.file)};
  expect_no_source(options, found);
  check_links(options, found.tree);
  return found;
}

/// Opens the source, and finds wrong options before hours of work.
Source prepare(const Format& format, const ImportOptions& options, const Discovery& found) {
  Source source = format.open(options, found);
  name_what_was_passed_over(source, found.tree);
  arrange_classes(source, options);
  std::string origin;
  import_split(source, options.split, origin);
  check_written_options(options, source, /*drawn=*/origin != kOwnSplit);
  return source;
}

/// Rank 0's. A rank that sees other files under the same paths, as hosts may, gets another one: what it decodes does not count.
std::string shared_fingerprint(const Source& source, const ImportOptions& options, const Discovery& found) {
  const std::string fingerprint =
      from_first_rank<std::string>(found.workers, [&] { return fingerprint_of(source, options, found.files()); });
  const std::string seen = fingerprint_of_some(source.files);
  return found.workers.broadcast(seen) == seen ? fingerprint : fingerprint + " of other files";
}

/// What rank 0 does with the samples when all are decoded (`parts`), or to be read from the source one after the other (null).
ImportReport finish(Source& source, const DecodedParts* parts, const char* format, const Pseudonyms& pseudonyms,
                    const ImportOptions& options, const ImportWorkers& workers) {
  std::vector<std::string> skipped = std::move(source.skipped);
  try {
    if (parts != nullptr) leave_out_bad(source, *parts, skipped);
    if (options.strict) require_none(skipped, options.source);
  } catch (const Error&) {
    if (parts != nullptr) parts->remove();
    throw;
  }
  if (!skipped.empty()) source.description.provenance["skipped"] = std::to_string(skipped.size());
  ImportReport report = write_source(source, parts, format, pseudonyms, options, workers);
  if (source.notes_after) {
    const std::vector<std::string> notes = source.notes_after();
    source.warnings.insert(source.warnings.end(), notes.begin(), notes.end());
  }
  if (parts != nullptr) parts->remove();
  report.skipped = std::move(skipped);
  report.warnings = std::move(source.warnings);
  warn_of_absent_classes(report);
  return report;
}

}  // namespace

std::vector<ImportFormat> import_formats() {
  std::vector<ImportFormat> list;
  for (const Format& format : formats()) list.push_back({format.name, format.description});
  return list;
}

ImportReport import_source(const ImportOptions& options, const ImportWorkers& workers) {
  std::optional<Pseudonyms> pseudonyms;  // on rank 0, which writes
  Discovery found = from_first_rank<Discovery>(workers, [&] {
    Discovery looked = discover(options);
    pseudonyms.emplace(options.pseudonyms);
    return looked;
  });
  found.workers = workers;
  const Format& format = formats()[from_first_rank<std::size_t>(workers, [&] { return find_format(options, found); })];
  check_written_options(options, format.name);
  Source source;
  if (format.by_all) {
    source = prepare(format, options, found);
  } else {
    from_first_rank<bool>(workers, [&] {
      source = prepare(format, options, found);
      return true;
    });
  }

  std::optional<TargetLock> lock;
  if (workers.rank == 0) lock.emplace(options.file);
  workers.barrier();

  std::optional<DecodedParts> parts;
  std::int64_t resumed = 0;
  if (format.by_all) {
    parts.emplace(source, options.file, shared_fingerprint(source, options, found));
    if (workers.rank == 0) {
      resumed = parts->samples_there();
      expect_room(source.description, resumed, options);
    }
    workers.barrier();
    decode(*parts, workers);
  }
  ImportReport report;
  if (workers.rank == 0) {
    try {
      report = finish(source, parts ? &*parts : nullptr, format.name, *pseudonyms, options, workers);
    } catch (const UsageError& error) {
      throw Error("{}", error.what());  // the command was right when all workers began; this one must not leave alone
    }
    report.resumed = resumed;
  }
  workers.barrier();
  return report;
}

}  // namespace galen::data
