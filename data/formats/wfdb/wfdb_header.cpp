#include "data/formats/wfdb/wfdb_header.h"

#include "galen/error.h"
#include "galen/regular_file.h"

#include "data/formats/gzip_file.h"

#include <array>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string_view>

namespace galen::data {
namespace {

constexpr std::int64_t kMostLeads = 1024;
constexpr std::int64_t kMostSegments = 1 << 20;
constexpr std::int64_t kMostFrameSamples = 1 << 16;
constexpr std::int64_t kMostSamples = std::int64_t{1} << 48;
constexpr double kHighestRate = 1e6;
constexpr std::size_t kPeek = 4096;

/// A field such as 200(-5)/mV, read from the left.
class Field {
 public:
  Field(std::string_view text, std::string where) : rest_(text), where_(std::move(where)) {}

  template <typename Number>
  Number number(const char* what) {
    Number value{};
    if (rest_.starts_with('+')) rest_.remove_prefix(1);
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
    if (error != std::errc() || !std::isfinite(static_cast<double>(value))) throw Error("{}: {} is no number.", where_, what);
    rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
    return value;
  }

  /// Whether the next character is `mark`, which is then passed over.
  bool take(char mark) {
    const bool found = rest_.starts_with(mark);
    if (found) rest_.remove_prefix(1);
    return found;
  }

  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
  std::string where_;
};

/// Lines that are neither blank nor comments.
bool next_line(std::istream& input, std::string& line, std::int64_t& number) {
  while (std::getline(input, line)) {
    ++number;
    if (!line.empty() && line.back() == '\r') line.pop_back();
    const std::size_t first = line.find_first_not_of(" \t");
    if (first != std::string::npos && line[first] != '#') return true;
  }
  return false;
}

/// RECORD[/SEGMENTS] LEADS [RATE[/…] [SAMPLES …]]. The number of segments, 0 where the record is one.
std::int64_t read_record_line(const std::string& line, const std::string& where, WfdbHeader& header) {
  std::istringstream fields(line);
  std::string record, leads, rate, samples;
  fields >> record >> leads >> rate >> samples;
  std::int64_t segments = 0;
  if (const std::size_t slash = record.find('/'); slash != std::string::npos) {
    Field count(std::string_view(record).substr(slash + 1), where);
    segments = count.number<std::int64_t>("the number of segments");
    if (!count.rest().empty() || segments < 1 || segments > kMostSegments) {
      throw Error("{}: says that there are {} segments; from 1 to {} are possible.", where, segments, kMostSegments);
    }
  }
  Field count(leads, where);
  const auto lead_count = count.number<std::int64_t>("the number of leads");
  if (lead_count == 0) throw Error("{}: the record has no leads, only a header.", where);
  if (!count.rest().empty() || lead_count < 0 || lead_count > kMostLeads) {
    throw Error("{}: says that there are {} leads; from 1 to {} are possible.", where, leads, kMostLeads);
  }
  header.lead_count = static_cast<std::size_t>(lead_count);
  if (!rate.empty()) header.rate = Field(rate, where).number<double>("the sampling rate");
  if (!(header.rate > 0 && header.rate <= kHighestRate)) throw Error("{}: a sampling rate of {} Hz is not possible.", where, header.rate);
  if (!samples.empty()) header.samples = Field(samples, where).number<std::int64_t>("the number of samples");
  if (header.samples < 0) throw Error("{}: says that there are {} samples.", where, header.samples);
  return segments;
}

/// RECORD SAMPLES
WfdbSegment read_segment_line(const std::string& line, const std::string& where) {
  std::istringstream fields(line);
  WfdbSegment segment;
  std::string samples;
  fields >> segment.record >> samples;
  segment.samples = Field(samples, where).number<std::int64_t>("the number of a segment's samples");
  if (segment.samples < 0 || segment.samples > kMostSamples) throw Error("{}: a segment of {} samples is not possible.", where, samples);
  if (segment.record.find('/') != std::string::npos || segment.record == "..") {
    throw Error("{}: the header of segment {} must lie beside this one.", where, segment.record);
  }
  return segment;
}

/// FORMAT[xSAMPLES_PER_FRAME][:SKEW][+BYTE_OFFSET]
void read_format(const std::string& text, const std::string& where, WfdbLead& lead) {
  Field field(text, where);
  lead.format = field.number<int>("the format");
  if (field.take('x')) lead.frame_samples = field.number<std::int64_t>("the number of samples in a frame");
  if (field.take(':')) lead.skew = field.number<std::int64_t>("the skew");
  if (field.take('+')) lead.byte_offset = field.number<std::int64_t>("the byte offset");
  const bool possible = lead.frame_samples >= 1 && lead.frame_samples <= kMostFrameSamples && lead.skew >= 0 && lead.byte_offset >= 0;
  if (!field.rest().empty() || !possible) throw Error("{}: {} is no format of samples.", where, text);
}

/// GAIN[(BASELINE)][/UNITS]. Whether it has a baseline of its own.
bool read_gain(const std::string& text, const std::string& where, WfdbLead& lead) {
  Field field(text, where);
  const auto gain = field.number<double>("the gain");
  if (gain != 0) lead.gain = gain;  // 0: not calibrated, to be taken for WFDB's default
  const bool has_baseline = field.take('(');
  if (has_baseline) {
    lead.baseline = field.number<double>("the baseline");
    field.take(')');
  }
  if (field.take('/') && !field.rest().empty()) lead.units = field.rest();
  return has_baseline;
}

/// The next field where it is a whole number; else nothing, and the field is left: a description may follow where numbers are left out.
std::optional<std::int64_t> take_whole_number(std::istringstream& fields) {
  const auto begin = fields.tellg();
  std::string text;
  std::int64_t value = 0;
  if (fields >> text) {
    const char* first = text.data() + (text.starts_with('+') ? 1 : 0);
    const auto [end, error] = std::from_chars(first, text.data() + text.size(), value);
    if (error == std::errc() && end == text.data() + text.size()) return value;
  }
  fields.clear();
  fields.seekg(begin);
  return std::nullopt;
}

/// FILE FORMAT [GAIN [RESOLUTION [ZERO [FIRST_VALUE [CHECKSUM [BLOCK_SIZE [NAME]]]]]]]
WfdbLead read_lead_line(const std::string& line, const std::string& where, std::size_t number) {
  std::istringstream fields(line);
  std::string format, gain, name;
  WfdbLead lead;
  fields >> lead.file >> format >> gain;
  const bool has_gain = !gain.empty();
  std::array<std::optional<std::int64_t>, 5> numbers;  // resolution, zero, first value, checksum, block size
  for (auto& value : numbers) {
    value = take_whole_number(fields);
    if (!value) break;
  }
  fields >> std::ws;
  std::getline(fields, name);
  while (!name.empty() && (name.back() == ' ' || name.back() == '\t')) name.pop_back();
  lead.name = name.empty() ? std::to_string(number) : name;

  if (lead.file.find('/') != std::string::npos || lead.file == "-" || lead.file == "..") {
    throw Error("{}: the samples of lead {} must lie in a file beside the header, not in {}.", where, lead.name, lead.file);
  }
  read_format(format, where, lead);
  const bool has_baseline = has_gain && read_gain(gain, where, lead);
  if (!has_baseline) lead.baseline = static_cast<double>(numbers[1].value_or(0));
  lead.initial_value = numbers[2].value_or(0);
  if (numbers[3].value_or(0) != 0) lead.checksum = numbers[3];  // 0 is what many programs write that compute none
  return lead;
}

}  // namespace

WfdbHeader read_wfdb_header(const std::string& path) {
  expect_regular_file(path);
  std::ifstream input(path);
  if (!input) throw Error("{}: cannot be opened.", path);
  WfdbHeader header;
  header.path = path;
  std::string line;
  std::int64_t number = 0;
  const auto where = [&] { return fmt::format("{}: line {}", path, number); };
  if (!next_line(input, line, number)) throw Error("{}: holds no record.", path);
  const auto segments = static_cast<std::size_t>(read_record_line(line, where(), header));
  while (header.segments.size() < segments) {
    if (!next_line(input, line, number))
      throw Error("{}: names {} of the {} segments that it announces.", path, header.segments.size(), segments);
    header.segments.push_back(read_segment_line(line, where()));
  }
  while (segments == 0 && header.leads.size() < header.lead_count) {
    if (!next_line(input, line, number))
      throw Error("{}: describes {} of the {} leads that it announces.", path, header.leads.size(), header.lead_count);
    header.leads.push_back(read_lead_line(line, where(), header.leads.size() + 1));
  }
  return header;
}

// A name and a number of leads in the first line; a file and a format, or a segment and its length, in the second. What follows them may be
// any text.
bool is_wfdb_header(const std::string& path) {
  std::istringstream input(peek(path, kPeek));
  std::string line;
  std::int64_t number = 0;
  int count = 0;
  const auto names_and_number = [&] {
    std::istringstream fields(line);
    std::string name;
    return fields >> name >> count && count >= 0 && name.find_first_of(std::string(",;\"<{\0", 6)) == std::string::npos;
  };
  if (!next_line(input, line, number) || !names_and_number()) return false;
  return count == 0 || (next_line(input, line, number) && names_and_number());
}

}  // namespace galen::data
