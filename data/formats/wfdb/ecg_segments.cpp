#include "data/formats/wfdb/ecg_segments.h"

#include "galen/error.h"

#include "data/formats/wfdb/wfdb_signal.h"

#include <algorithm>
#include <filesystem>
#include <numeric>
#include <set>

namespace galen::data {
namespace {

namespace fs = std::filesystem;

std::string beside(const std::string& header, const std::string& record) {
  return (fs::path(header).parent_path() / (record + ".hea")).string();
}

WfdbHeader segment_header(const WfdbHeader& record, const std::string& name, const WfdbHeaders& headers) {
  WfdbHeader segment = headers(beside(record.path, name));
  if (!segment.segments.empty()) throw Error("{}: is a segment of {} and has segments itself.", segment.path, record.path);
  if (segment.rate != record.rate) {
    throw Error("{}: is sampled at {} Hz, but {}, of which it is a segment, at {} Hz.", segment.path, segment.rate, record.path,
                record.rate);
  }
  return segment;
}

std::size_t lead_named(const WfdbHeader& header, const std::string& name) {
  const auto same = [&](const WfdbLead& lead) { return lead.name == name; };
  const auto found = std::find_if(header.leads.begin(), header.leads.end(), same);
  return found == header.leads.end() ? EcgSegment::kAbsent : static_cast<std::size_t>(found - header.leads.begin());
}

void require_different_names(const WfdbHeader& header) {
  std::set<std::string> names;
  for (const WfdbLead& lead : header.leads) {
    if (!names.insert(lead.name).second)
      throw Error("{}: two leads have the name {}, so that segments cannot be joined by names.", header.path, lead.name);
  }
}

/// By their names where there is a layout header, else by their order.
std::vector<std::size_t> match_leads(const WfdbHeader& record, const WfdbHeader& segment, bool by_name) {
  std::vector<std::size_t> lead_of(record.leads.size());
  std::iota(lead_of.begin(), lead_of.end(), 0);
  if (by_name) {
    require_different_names(segment);
    std::size_t found = 0;
    for (std::size_t k = 0; k < lead_of.size(); ++k) {
      lead_of[k] = lead_named(segment, record.leads[k].name);
      found += lead_of[k] == EcgSegment::kAbsent ? 0 : 1;
    }
    if (found < segment.leads.size()) throw Error("{}: has leads that the layout of {} does not name.", segment.path, record.path);
    return lead_of;
  }
  const auto same = [](const WfdbLead& a, const WfdbLead& b) { return a.name == b.name; };
  if (!std::equal(record.leads.begin(), record.leads.end(), segment.leads.begin(), segment.leads.end(), same)) {
    throw Error("{}: has other leads than the first segment of {}.", segment.path, record.path);
  }
  return lead_of;
}

}  // namespace

std::vector<EcgSegment> open_ecg_segments(WfdbHeader& header, const WfdbHeaders& headers) {
  if (header.segments.empty()) {
    header.samples = count_wfdb_samples(header);
    EcgSegment whole{header, 0, header.samples, std::vector<std::size_t>(header.leads.size())};
    std::iota(whole.lead_of.begin(), whole.lead_of.end(), 0);
    return {std::move(whole)};
  }

  const bool has_layout = header.segments.front().samples == 0 && header.segments.front().record != kWfdbNothing;
  if (has_layout) {
    header.leads = segment_header(header, header.segments.front().record, headers).leads;
    require_different_names(header);
  }
  std::vector<EcgSegment> segments;
  std::int64_t begin = 0;
  for (std::size_t i = has_layout ? 1 : 0; i < header.segments.size(); ++i) {
    const auto& [record, samples] = header.segments[i];
    if (record != kWfdbNothing && samples > 0) {
      WfdbHeader segment = segment_header(header, record, headers);
      if (header.leads.empty()) header.leads = segment.leads;
      if (const std::int64_t found = count_wfdb_samples(segment); found != samples) {
        throw Error("{}: holds {} samples of each lead, but {} says {}.", segment.path, found, header.path, samples);
      }
      segment.samples = samples;
      std::vector<std::size_t> lead_of = match_leads(header, segment, has_layout);
      segments.push_back({std::move(segment), begin, samples, std::move(lead_of)});
    }
    begin += samples;
  }
  if (segments.empty()) throw Error("{}: all its segments are gaps.", header.path);
  if (header.leads.size() != header.lead_count) {
    throw Error("{}: says that there are {} leads, but its segments have {}.", header.path, header.lead_count, header.leads.size());
  }
  if (header.samples != 0 && header.samples != begin) {
    throw Error("{}: says that each lead has {} samples, but its segments have {}.", header.path, header.samples, begin);
  }
  header.samples = begin;
  return segments;
}

std::vector<std::string> segment_headers(const WfdbHeader& header) {
  std::vector<std::string> paths;
  for (const WfdbSegment& segment : header.segments) {
    if (segment.record != kWfdbNothing) paths.push_back(beside(header.path, segment.record));
  }
  return paths;
}

}  // namespace galen::data
