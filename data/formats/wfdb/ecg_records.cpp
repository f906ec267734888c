#include "data/formats/wfdb/ecg_records.h"

#include "galen/error.h"

#include "data/formats/file_patients.h"
#include "data/formats/wfdb/lead_names.h"
#include "data/formats/wfdb/wfdb_signal.h"

#include <algorithm>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <utility>

namespace galen::data {
namespace {

namespace fs = std::filesystem;

/// mV in one of the unit; 0 where it is no voltage.
double millivolts(const std::string& unit) {
  static constexpr std::pair<const char*, double> kUnits[] = {{"mV", 1}, {"uV", 1e-3}, {"µV", 1e-3}, {"V", 1e3}, {"nV", 1e-6}};
  const auto* found = std::find_if(std::begin(kUnits), std::end(kUnits), [&](const auto& known) { return known.first == unit; });
  return found == std::end(kUnits) ? 0 : found->second;
}

std::string unit_of(const WfdbLead& lead) { return millivolts(lead.units) > 0 ? "mV" : lead.units; }

/// Reads windows out of records, keeping the last record: neighbouring samples are of the same one. Safe to share between threads.
class EcgReader {
 public:
  EcgReader(std::vector<EcgRecord> records, std::vector<EcgWindow> windows) : records_(std::move(records)), windows_(std::move(windows)) {}

  void read(std::int64_t i, at::Tensor& into) {
    const EcgWindow& window = windows_[static_cast<std::size_t>(i)];
    const EcgRecord& record = records_[window.record];
    const std::int64_t end = window.begin + into.size(1);
    for (std::size_t k = 0; k < record.segments.size(); ++k) {
      const EcgSegment& segment = record.segments[k];
      if (segment.begin < end && segment.end() > window.begin) {
        read(segment, *signal_of(window.record, k), std::max(segment.begin, window.begin), std::min(segment.end(), end), window.begin,
             into);
      }
    }
  }

  std::string name(std::int64_t i) const {
    const EcgWindow& window = windows_[static_cast<std::size_t>(i)];
    return fmt::format("{}: samples from {} on", records_[window.record].header.path, window.begin);
  }

 private:
  /// Samples `begin` to `end` of the record, which lie in the segment, to where they belong in a window that begins at `window`.
  static void read(const EcgSegment& segment, const WfdbSignal& signal, std::int64_t begin, std::int64_t end, std::int64_t window,
                   at::Tensor& into) {
    const auto stride = static_cast<std::int64_t>(segment.header.leads.size());
    auto values = into.accessor<float, 2>();
    for (std::size_t k = 0; k < segment.lead_of.size(); ++k) {
      const WfdbLead& lead = segment.header.leads[segment.lead_of[k]];
      const double factor = millivolts(lead.units) > 0 ? millivolts(lead.units) : 1;
      const std::int32_t* stored = signal.values.data() + (begin - segment.begin) * stride + static_cast<std::int64_t>(segment.lead_of[k]);
      for (std::int64_t t = begin; t < end; ++t, stored += stride) {
        if (*stored == WfdbSignal::kMissing) {
          throw Error("{}: lead {} has no value at sample {}.", segment.header.path, lead.name, t - segment.begin);
        }
        values[static_cast<std::int64_t>(k)][t - window] = static_cast<float>((*stored - lead.baseline) / lead.gain * factor);
      }
    }
  }

  std::shared_ptr<const WfdbSignal> signal_of(std::size_t record, std::size_t segment) {
    const std::lock_guard lock(mutex_);
    const std::pair asked(record, segment);
    if (signal_ && asked == open_) return signal_;
    if (const auto known = damaged_.find(asked); known != damaged_.end()) throw Error("{}", known->second);
    try {
      signal_ = std::make_shared<const WfdbSignal>(read_wfdb_signal(records_[record].segments[segment].header));
    } catch (const Error& error) {
      damaged_.emplace(asked, error.what());
      throw;
    }
    open_ = asked;
    return signal_;
  }

  std::vector<EcgRecord> records_;
  std::vector<EcgWindow> windows_;
  std::mutex mutex_;
  std::pair<std::size_t, std::size_t> open_;                            // record and segment
  std::map<std::pair<std::size_t, std::size_t>, std::string> damaged_;  // what is wrong: not to be read again for each of its windows
  std::shared_ptr<const WfdbSignal> signal_;
};

/// What can stand in a file for others: a description that is free text may identify the patient.
std::string lead_name(const WfdbLead& lead, std::size_t k, bool keep) {
  return keep || is_usual_lead(lead.name) ? lead.name : fmt::format("lead {}", k + 1);
}
std::string unit_name(const WfdbLead& lead, bool keep) {
  const std::string unit = unit_of(lead);
  return keep || is_usual_unit(unit) ? unit : "unknown";
}

/// MLII where all records have it, V1/V5 where they differ.
std::vector<std::string> lead_names(const std::vector<EcgRecord>& records, bool keep) {
  std::vector<std::string> names;
  for (std::size_t k = 0; k < records.front().header.leads.size(); ++k) {
    std::set<std::string> different;
    for (const EcgRecord& record : records) different.insert(lead_name(record.header.leads[k], k, keep));
    names.push_back(fmt::format("{}", fmt::join(different, "/")));
  }
  return names;
}

/// The MIT-BIH Arrhythmia Database has one person twice.
bool has_mit_bih_twins(const std::vector<EcgRecord>& records) {
  const auto has = [&](const char* name) {
    return std::any_of(records.begin(), records.end(), [&](const EcgRecord& record) {
      return fs::path(record.name).filename() == name && record.header.rate == 360 && record.header.samples == 650000;
    });
  };
  return has("201") && has("202");
}

/// Of each record.
std::vector<std::string> tell_patients(const std::vector<EcgRecord>& records, const ImportOptions& options,
                                       std::vector<std::string>& notes) {
  std::vector<std::string> names;
  for (const EcgRecord& record : records) names.push_back(record.name);
  if (options.patient != "auto") {
    FilePatients patients = patients_of_files(names, /*depth=*/0, options.patient, options.source);
    notes.push_back(patients.note());
    return patients.ids;
  }
  const bool twins = has_mit_bih_twins(records);
  notes.push_back(fmt::format("{} a patient{}; --patient if that is wrong.",
                              records.size() == 1 ? "The record counts as" : "Each record counts as",
                              twins ? ", but for MIT-BIH's 201 and 202, which are of one" : ""));
  for (std::string& name : names) {
    if (twins && fs::path(name).filename() == "202") name = fs::path(name).replace_filename("201").string();
  }
  return names;
}

/// Leads that were sampled more often than the record's rate says, and leads that were moved.
void note_frames(const std::vector<EcgRecord>& records, std::vector<std::string>& notes) {
  std::size_t averaged = 0;
  std::size_t shifted = 0;
  for (const EcgRecord& record : records) {
    const auto any = [&](const auto& holds) {
      return std::any_of(record.segments.begin(), record.segments.end(), [&](const EcgSegment& segment) {
        return std::any_of(segment.header.leads.begin(), segment.header.leads.end(), holds);
      });
    };
    averaged += any([](const WfdbLead& lead) { return lead.frame_samples > 1; }) ? 1 : 0;
    shifted += any([](const WfdbLead& lead) { return lead.skew > 0; }) ? 1 : 0;
  }
  if (averaged > 0) {
    notes.push_back(
        fmt::format("{} record{} leads with several samples in a frame; their means are taken, so that all leads have the record's "
                    "rate.",
                    averaged, averaged == 1 ? " has" : "s have"));
  }
  if (shifted > 0) {
    notes.push_back(fmt::format("{} record{} leads that are shifted in their file (skew); they are put in line.", shifted,
                                shifted == 1 ? " has" : "s have"));
  }
}

}  // namespace

EcgRecord open_ecg_record(const fs::path& header, const fs::path& folder, const std::string& annotator, const WfdbHeaders& headers) {
  EcgRecord record;
  record.header = headers(header);
  record.segments = open_ecg_segments(record.header, headers);
  record.name = fs::path(header).lexically_relative(folder).replace_extension();
  const fs::path annotations = fs::path(header).replace_extension(annotator);
  if (fs::exists(annotations)) record.annotations = annotations;
  return record;
}

bool EcgRecord::covers(std::int64_t begin, std::int64_t length) const {
  std::int64_t covered = begin;
  for (const EcgSegment& segment : segments) {
    if (segment.begin > covered || segment.end() <= covered) continue;
    const bool has_all = std::find(segment.lead_of.begin(), segment.lead_of.end(), EcgSegment::kAbsent) == segment.lead_of.end();
    if (!has_all) return false;
    covered = segment.end();
    if (covered >= begin + length) return true;
  }
  return false;
}

void require_same_form(const EcgRecord& first, const EcgRecord& record) {
  const WfdbHeader& a = first.header;
  const WfdbHeader& b = record.header;
  if (a.rate != b.rate) throw Error("{}: is sampled at {} Hz, but {} at {} Hz; resample one of them.", b.path, b.rate, a.path, a.rate);
  if (a.leads.size() != b.leads.size()) throw Error("{}: has {} leads, but {} has {}.", b.path, b.leads.size(), a.path, a.leads.size());
  for (std::size_t k = 0; k < a.leads.size(); ++k) {
    if (unit_of(a.leads[k]) != unit_of(b.leads[k])) {
      throw Error("{}: lead {} is in {}, but in {} it is in {}.", b.path, b.leads[k].name, unit_of(b.leads[k]), a.path,
                  unit_of(a.leads[k]));
    }
  }
}

void describe_ecg(Source& source, std::vector<EcgRecord> records, std::vector<EcgWindow> windows, std::int64_t length,
                  const ImportOptions& options) {
  const bool keep_texts = options.pseudonyms.identifiers == "keep";
  const std::vector<WfdbLead>& leads = records.front().header.leads;
  DatasetDescription& description = source.description;
  description.input = "signal";
  description.type = at::kFloat;
  description.sample_shape = {static_cast<std::int64_t>(leads.size()), length};
  description.sampling_rate = records.front().header.rate;
  description.channel_names = lead_names(records, keep_texts);
  for (const WfdbLead& lead : leads) description.channel_units.push_back(unit_name(lead, keep_texts));

  const std::vector<std::string> patients = tell_patients(records, options, source.warnings);
  for (std::size_t k = 0; k < leads.size(); ++k) {
    if (description.channel_names[k] != lead_name(leads[k], k, keep_texts)) {
      source.warnings.push_back(fmt::format("Channel {} is not the same lead in all records: {}.", k, description.channel_names[k]));
    }
  }
  const bool all_told = std::all_of(records.begin(), records.end(), [&](const EcgRecord& record) {
    const auto& own = record.header.leads;
    return std::all_of(own.begin(), own.end(),
                       [](const WfdbLead& lead) { return is_usual_lead(lead.name) && is_usual_unit(unit_of(lead)); });
  });
  if (!all_told && !keep_texts) {
    source.warnings.emplace_back(
        "Leads and units that are none of the usual ones are numbered or unknown, as their text may identify the patient.");
  }
  for (const EcgWindow& window : windows) source.group_ids.push_back(patients[window.record]);
  note_frames(records, source.warnings);
  for (const EcgRecord& record : records) {
    source.files.push_back(record.header.path);
    for (const EcgSegment& segment : record.segments) {
      const fs::path header = segment.header.path;
      if (header != record.header.path) source.files.push_back(header);
      for (const WfdbLead& lead : segment.header.leads) source.files.push_back(header.parent_path() / lead.file);
    }
    if (!record.annotations.empty()) source.files.push_back(record.annotations);
  }
  const auto reader = std::make_shared<EcgReader>(std::move(records), std::move(windows));
  source.read_sample = [reader](std::int64_t i, SourceSample& into) { reader->read(i, into.input); };
  source.item_name = [reader](std::int64_t i) { return reader->name(i); };
}

}  // namespace galen::data
