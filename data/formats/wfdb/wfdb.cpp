#include "data/formats/wfdb/wfdb.h"

#include "galen/error.h"

#include "data/formats/shared_work.h"
#include "data/formats/skip_bad.h"
#include "data/formats/targets.h"
#include "data/formats/wfdb/beats.h"
#include "data/formats/wfdb/ecg_headers.h"
#include "data/formats/wfdb/ecg_records.h"

#include <ATen/ops/empty.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <set>

namespace galen::data {
namespace {

namespace fs = std::filesystem;

constexpr double kUsualSegment = 10;  // seconds
constexpr double kLongest = 1e15;     // samples: more than any record has

bool is_header(const fs::path& file) {
  std::error_code error;
  return file.extension() == ".hea" && fs::is_regular_file(file, error) && is_wfdb_header(file);
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

/// A record that one rank has opened, and where its beats are.
struct OpenRecord {
  EcgRecord record;
  std::vector<std::int64_t> begins;  ///< of windows
  std::vector<int> codes;            ///< of their beats
  std::int64_t over_the_ends = 0;    ///< beats without a whole window
  std::int64_t in_gaps = 0;
  std::string damage;  ///< of its annotations
};

template <typename Archive>
void fields(Archive& archive, OpenRecord& one) {
  archive(one.record, one.begins, one.codes, one.over_the_ends, one.in_gaps, one.damage);
}

/// Samples at a rate, of times in seconds.
std::int64_t in_samples(double seconds, double rate) { return std::llround(std::min(seconds * rate, kLongest)); }

void find_beats(OpenRecord& one, const EcgOptions& options) {
  const WfdbHeader& header = one.record.header;
  const std::int64_t before = in_samples(options.window_before, header.rate);
  const std::int64_t length = before + in_samples(options.window_after, header.rate);
  for (const WfdbAnnotation& annotation : read_wfdb_annotations(one.record.annotations, header.rate)) {
    if (!beat_kind(annotation.code)) continue;
    const std::int64_t begin = annotation.sample - before;
    if (begin < 0 || begin + length > header.samples) {
      ++one.over_the_ends;
    } else if (!one.record.covers(begin, length)) {
      ++one.in_gaps;
    } else {
      one.begins.push_back(begin);
      one.codes.push_back(annotation.code);
    }
  }
}

/// Cuts the records into samples.
class Samples {
 public:
  explicit Samples(const EcgOptions& options) : options_(options) {}

  void take_beats(const OpenRecord& one, std::size_t number) {
    for (std::size_t i = 0; i < one.begins.size(); ++i) {
      windows_.push_back({number, one.begins[i]});
      kinds_.push_back(*beat_kind(one.codes[i]));
    }
    over_the_ends_ += one.over_the_ends;
    in_gaps_ += one.in_gaps;
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
        throw Error("{}: all beats are {}, so that there is nothing to distinguish; pass --beats aami.", options.source, targets.names[0]);
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

OpenRecord open_record(const std::string& header, const fs::path& folder, const EcgOptions& options, const EcgHeaders& headers) {
  OpenRecord one;
  one.record = open_ecg_record(header, folder, options.annotator, std::cref(headers));
  if (options.segment > 0 || one.record.annotations.empty()) return one;
  try {
    find_beats(one, options);
  } catch (const Error& error) {
    one.damage = error.what();
  }
  return one;
}

/// Records that can be read and are of one form; the others are named in `skipped`.
std::vector<OpenRecord> open_records(const ImportOptions& options, const Discovery& found, std::vector<std::string>& skipped) {
  const fs::path source = found.source;
  const fs::path folder = found.is_folder ? source : source.parent_path();
  const EcgHeaders headers(found);
  const std::vector<std::string> paths = headers.records();
  auto opened = read_once<OpenRecord>(paths.size(), found.workers,
                                      [&](std::size_t i) { return open_record(paths[i], folder, options.ecg, headers); });
  std::vector<OpenRecord> records;
  skip_bad(opened, skipped, [&](Outcome<OpenRecord>& outcome) {
    OpenRecord one = outcome.take();
    if (!records.empty()) require_same_form(records.front().record, one.record);
    records.push_back(std::move(one));
  });
  if (records.empty()) throw Error("{}", skipped.empty() ? fmt::format("{}: holds no record.", options.source) : skipped.front());
  return records;
}

/// Seconds of a stretch; 0: samples are beats.
double segment_length(const ImportOptions& options, const std::vector<OpenRecord>& records, std::vector<std::string>& warnings) {
  const auto is_annotated = [](const OpenRecord& one) { return !one.record.annotations.empty(); };
  if (options.ecg.segment != 0 || std::any_of(records.begin(), records.end(), is_annotated)) return options.ecg.segment;
  for (const char* key : {"beats", "window-before", "window-after"}) {
    if (options.written.count(key) > 0) {
      throw UsageError("--{} is about beats, but {} has no annotations (.{}) that mark them.", key, options.source, options.ecg.annotator);
    }
  }
  warnings.push_back(fmt::format("There are no annotations (.{}), so that samples are unlabelled stretches of {} s; choose with --segment.",
                                 options.ecg.annotator, kUsualSegment));
  return kUsualSegment;
}

void report_left_out(const Samples& samples, bool beats, std::vector<std::string>& warnings) {
  if (samples.over_the_ends() > 0) {
    warnings.push_back(
        fmt::format("{} beats are too near to the ends of their record for a whole window; they are left out.", samples.over_the_ends()));
  }
  if (samples.with_rest() > 0) {
    warnings.push_back(fmt::format("The end of {} record{}, shorter than a stretch, is left out.", samples.with_rest(),
                                   samples.with_rest() == 1 ? "" : "s"));
  }
  if (samples.in_gaps() > 0) {
    warnings.push_back(fmt::format("{} {} reach into gaps between segments, or where a segment lacks a lead; they are left out.",
                                   samples.in_gaps(), beats ? "beats" : "stretches"));
  }
}

}  // namespace

bool is_wfdb(const Discovery& found) {
  if (!found.is_folder) return is_header(wfdb_header_of(found.source));
  return std::any_of(found.files().begin(), found.files().end(), is_header);
}

Source open_wfdb(const ImportOptions& options, const Discovery& found) {
  check_options(options);
  Source source;
  std::vector<OpenRecord> records = open_records(options, found, source.skipped);
  const double rate = records.front().record.header.rate;
  const double segment = segment_length(options, records, source.warnings);
  const bool beats = segment == 0;
  const std::int64_t length =
      beats ? in_samples(options.ecg.window_before, rate) + in_samples(options.ecg.window_after, rate) : in_samples(segment, rate);
  if (length < 1) throw UsageError("{}: at {} Hz a window of that length holds no sample.", options.source, rate);

  Samples samples(options.ecg);
  std::vector<EcgRecord> used;
  skip_bad(records, source.skipped, [&](OpenRecord& one) {
    if (beats && one.record.annotations.empty()) {
      throw Error("{}: has no annotations (.{}), while other records have.", one.record.header.path, options.ecg.annotator);
    }
    if (beats && !one.damage.empty()) throw Error("{}", one.damage);
    beats ? samples.take_beats(one, used.size()) : samples.cut_into_segments(one.record, used.size(), length);
    used.push_back(std::move(one.record));
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
  report_left_out(samples, beats, source.warnings);
  source.description.size = static_cast<std::int64_t>(samples.size());
  describe_ecg(source, std::move(used), std::move(samples.windows()), length, options);
  return source;
}

}  // namespace galen::data
