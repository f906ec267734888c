#include "data/import/ecg/wfdb.h"

#include "galen/error.h"

#include "data/import/ecg/beats.h"
#include "data/import/ecg/ecg_records.h"
#include "data/import/skip_bad.h"
#include "data/import/source_files.h"
#include "data/import/targets.h"

#include <ATen/ops/empty.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <memory>
#include <set>

namespace galen::data {
namespace {

namespace fs = std::filesystem;

constexpr double kUsualSegment = 10;  // seconds
constexpr double kLongest = 1e15;     // samples: more than any record has

/// The header of the record that a file belongs to.
fs::path header_of(fs::path file) { return file.replace_extension(".hea"); }

bool is_header(const fs::path& file) {
  std::error_code error;
  return file.extension() == ".hea" && fs::is_regular_file(file, error) && is_wfdb_header(file);
}

std::vector<fs::path> find_headers(const fs::path& source) {
  if (!fs::is_directory(source)) return {header_of(source)};
  std::vector<fs::path> headers;
  std::set<fs::path> parts;  // of records of several segments
  for (const std::string& file : source_files(source)) {
    if (!file.ends_with(".hea")) continue;
    headers.emplace_back(file);
    for (const std::string& segment : segment_headers(file)) parts.insert(fs::path(segment).lexically_normal());
  }
  std::erase_if(headers, [&](const fs::path& header) { return parts.count(header.lexically_normal()) > 0; });
  return headers;
}

void check_options(const ImportOptions& options) {
  check_task(options.task);
  const EcgOptions& ecg = options.ecg;
  if (ecg.beats != "aami" && ecg.beats != "symbol") throw UsageError("beats {} are unknown; they are aami or symbol.", ecg.beats);
  if (options.task == "regression" || options.task == "multilabel")
    throw UsageError("a beat has one class; its task is not {}.", options.task);
  const bool times = ecg.window_before >= 0 && ecg.window_after >= 0 && ecg.window_before + ecg.window_after > 0 && ecg.segment >= 0;
  if (!times) throw UsageError("the window around a beat, and a segment, must be of more than 0 seconds.");
}

/// Cuts the records into samples.
class Samples {
 public:
  explicit Samples(const EcgOptions& options) : options_(options) {}

  /// `length`: of a window, in samples.
  void cut_into_beats(const EcgRecord& record, std::size_t number, std::int64_t before, std::int64_t length) {
    for (const WfdbAnnotation& annotation : read_wfdb_annotations(record.annotations, record.header.rate)) {
      const auto kind = beat_kind(annotation.code);
      if (!kind) continue;
      const std::int64_t begin = annotation.sample - before;
      if (begin < 0 || begin + length > record.header.samples) {
        ++over_the_ends_;
        continue;
      }
      if (!record.covers(begin, length)) {
        ++in_gaps_;
        continue;
      }
      windows_.push_back({number, begin});
      kinds_.push_back(*kind);
    }
  }

  void cut_into_segments(const EcgRecord& record, std::size_t number, std::int64_t length) {
    if (record.header.samples % length != 0) ++with_rest_;
    for (std::int64_t begin = 0; begin + length <= record.header.samples; begin += length) {
      if (record.covers(begin, length)) {
        windows_.push_back({number, begin});
      } else {
        ++in_gaps_;
      }
    }
  }

  std::size_t size() const { return windows_.size(); }
  std::int64_t over_the_ends() const { return over_the_ends_; }
  std::int64_t in_gaps() const { return in_gaps_; }
  std::int64_t with_rest() const { return with_rest_; }
  std::vector<EcgWindow>& windows() { return windows_; }

  Targets targets(const ImportOptions& options) const {
    Targets targets;
    std::map<std::string_view, std::int64_t> numbers;
    if (options_.beats == "aami") {
      targets.names.assign(kAamiClasses.begin(), kAamiClasses.end());
    } else {
      for (const BeatKind& kind : kinds_) numbers[kind.symbol] = 0;
      for (auto& [symbol, number] : numbers) {
        number = static_cast<std::int64_t>(targets.names.size());
        targets.names.emplace_back(symbol);
      }
      if (targets.names.size() < 2) {
        throw Error("{}: all beats are {}, so that there is nothing to tell apart; pass --beats aami.", options.source, targets.names[0]);
      }
    }
    targets.task = class_task(options.task, targets.names.size(), options.source);
    targets.values = at::empty({static_cast<std::int64_t>(kinds_.size())}, at::kLong);
    auto* values = targets.values.mutable_data_ptr<std::int64_t>();
    for (const BeatKind& kind : kinds_) *values++ = options_.beats == "aami" ? kind.aami : numbers.at(kind.symbol);
    return targets;
  }

 private:
  const EcgOptions& options_;
  std::vector<EcgWindow> windows_;
  std::vector<BeatKind> kinds_;
  std::int64_t over_the_ends_ = 0;
  std::int64_t in_gaps_ = 0;
  std::int64_t with_rest_ = 0;  // records that end in less than a stretch
};

/// Records that can be read and are of one form; the others are told in `skipped`.
std::vector<EcgRecord> open_records(const ImportOptions& options, std::vector<std::string>& skipped) {
  const fs::path source = options.source;
  const fs::path folder = fs::is_directory(source) ? source : source.parent_path();
  std::vector<EcgRecord> records;
  skip_bad(find_headers(source), skipped, [&](const fs::path& header) {
    EcgRecord record = open_ecg_record(header, folder, options.ecg.annotator);
    if (!records.empty()) require_same_form(records.front(), record);
    records.push_back(std::move(record));
  });
  if (records.empty()) throw Error("{}", skipped.empty() ? fmt::format("{}: holds no record.", options.source) : skipped.front());
  return records;
}

}  // namespace

bool is_wfdb(const std::string& path) {
  if (!fs::is_directory(path)) return is_header(header_of(path));
  const std::vector<std::string> files = source_files(path);
  return std::any_of(files.begin(), files.end(), is_header);
}

Source open_wfdb(const ImportOptions& options) {
  check_options(options);
  Source source;
  std::vector<EcgRecord> records = open_records(options, source.skipped);
  const double rate = records.front().header.rate;
  const auto in_samples = [rate](double seconds) { return std::llround(std::min(seconds * rate, kLongest)); };

  double segment = options.ecg.segment;
  const bool annotated = std::any_of(records.begin(), records.end(), [](const EcgRecord& record) { return !record.annotations.empty(); });
  if (segment == 0 && !annotated) {
    for (const char* key : {"beats", "window-before", "window-after"}) {
      if (options.written.count(key) > 0) {
        throw UsageError("--{} is about beats, but {} has no annotations (.{}) that mark them.", key, options.source,
                         options.ecg.annotator);
      }
    }
    segment = kUsualSegment;
    source.warnings.push_back(
        fmt::format("There are no annotations (.{}), so that samples are unlabelled stretches of {} s; choose with "
                    "--segment.",
                    options.ecg.annotator, segment));
  }
  const bool beats = segment == 0;
  const std::int64_t before = in_samples(options.ecg.window_before);
  const std::int64_t length = beats ? before + in_samples(options.ecg.window_after) : in_samples(segment);
  if (length < 1) throw UsageError("{}: at {} Hz a window of that length holds no sample.", options.source, rate);

  Samples samples(options.ecg);
  std::vector<EcgRecord> used;
  skip_bad(records, source.skipped, [&](EcgRecord& record) {
    if (beats && record.annotations.empty()) {
      throw Error("{}: has no annotations (.{}), while other records have.", record.header.path, options.ecg.annotator);
    }
    beats ? samples.cut_into_beats(record, used.size(), before, length) : samples.cut_into_segments(record, used.size(), length);
    used.push_back(std::move(record));
  });
  if (samples.size() == 0) {
    throw Error("{}", source.skipped.empty() ? fmt::format("{}: no record holds a {} of which a whole window of {} s lies in its samples.",
                                                           options.source, beats ? "beat" : "stretch", length / rate)
                                             : source.skipped.front());
  }
  if (beats) {
    const Targets targets = samples.targets(options);
    source.targets = targets.values;
    source.description.task = targets.task;
    source.description.class_names = targets.names;
  }
  if (samples.over_the_ends() > 0) {
    source.warnings.push_back(
        fmt::format("{} beats are too near to the ends of their record for a whole window; they are left out.", samples.over_the_ends()));
  }
  if (samples.with_rest() > 0) {
    source.warnings.push_back(fmt::format("The end of {} record{}, shorter than a stretch, is left out.", samples.with_rest(),
                                          samples.with_rest() == 1 ? "" : "s"));
  }
  if (samples.in_gaps() > 0) {
    source.warnings.push_back(fmt::format("{} {} reach into gaps between segments, or where a segment lacks a lead; they are left out.",
                                          samples.in_gaps(), beats ? "beats" : "stretches"));
  }
  source.description.size = static_cast<std::int64_t>(samples.size());
  describe_ecg(source, std::move(used), std::move(samples.windows()), length, options);
  return source;
}

}  // namespace galen::data
