#include "data/import/ecg/wfdb_header.h"

#include "galen/error.h"

#include "data/import/gzip_file.h"

#include <charconv>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string_view>

namespace galen::data {
namespace {

constexpr std::int64_t kMostLeads = 1024;
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

/// RECORD LEADS [RATE[/…] [SAMPLES …]]
std::int64_t read_record_line(const std::string& line, const std::string& where, WfdbHeader& header) {
  std::istringstream fields(line);
  std::string record, leads, rate, samples;
  fields >> record >> leads >> rate >> samples;
  if (record.find('/') != std::string::npos) {
    throw Error("{}: is a record of several segments, which Galen does not put together; import the segments' own headers.", where);
  }
  Field count(leads, where);
  const auto lead_count = count.number<std::int64_t>("the number of leads");
  if (!count.rest().empty() || lead_count < 1 || lead_count > kMostLeads) {
    throw Error("{}: says that there are {} leads; from 1 to {} are possible.", where, leads, kMostLeads);
  }
  if (!rate.empty()) header.rate = Field(rate, where).number<double>("the sampling rate");
  if (!(header.rate > 0 && header.rate <= kHighestRate)) throw Error("{}: a sampling rate of {} Hz is not possible.", where, header.rate);
  if (!samples.empty()) header.samples = Field(samples, where).number<std::int64_t>("the number of samples");
  if (header.samples < 0) throw Error("{}: says that there are {} samples.", where, header.samples);
  return lead_count;
}

/// FORMAT[xSAMPLES_PER_FRAME][:SKEW][+BYTE_OFFSET]
void read_format(const std::string& text, const std::string& where, WfdbLead& lead) {
  Field field(text, where);
  lead.format = field.number<int>("the format");
  if (field.take('x') && field.number<int>("the number of samples in a frame") != 1) {
    throw Error("{}: lead {} has another sampling rate than the record; resample it to one rate.", where, lead.name);
  }
  if (field.take(':') && field.number<int>("the skew") != 0) {
    throw Error("{}: lead {} is shifted in time against the others (skew); align it first.", where, lead.name);
  }
  if (field.take('+')) lead.byte_offset = field.number<std::int64_t>("the byte offset");
  if (!field.rest().empty() || lead.byte_offset < 0) throw Error("{}: {} is no format of samples.", where, text);
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

/// FILE FORMAT [GAIN [RESOLUTION [ZERO [FIRST_VALUE [CHECKSUM [BLOCK_SIZE [NAME]]]]]]]
WfdbLead read_lead_line(const std::string& line, const std::string& where, std::size_t number) {
  std::istringstream fields(line);
  std::string format, gain, resolution, zero, first_value, checksum, block_size, name;
  WfdbLead lead;
  fields >> lead.file >> format >> gain >> resolution >> zero >> first_value >> checksum >> block_size >> std::ws;
  std::getline(fields, name);
  while (!name.empty() && (name.back() == ' ' || name.back() == '\t')) name.pop_back();
  lead.name = name.empty() ? std::to_string(number) : name;

  if (lead.file.find('/') != std::string::npos || lead.file == "-" || lead.file == "..") {
    throw Error("{}: the samples of lead {} must lie in a file beside the header, not in {}.", where, lead.name, lead.file);
  }
  read_format(format, where, lead);
  const bool has_baseline = !gain.empty() && read_gain(gain, where, lead);
  if (!zero.empty() && !has_baseline) lead.baseline = Field(zero, where).number<double>("the zero of the converter");
  if (!checksum.empty()) lead.checksum = Field(checksum, where).number<std::int64_t>("the checksum");
  return lead;
}

}  // namespace

WfdbHeader read_wfdb_header(const std::string& path) {
  std::ifstream input(path);
  if (!input) throw Error("{}: cannot be opened.", path);
  WfdbHeader header;
  header.path = path;
  std::string line;
  std::int64_t number = 0;
  const auto where = [&] { return fmt::format("{}: line {}", path, number); };
  if (!next_line(input, line, number)) throw Error("{}: holds no record.", path);
  const auto leads = static_cast<std::size_t>(read_record_line(line, where(), header));
  while (header.leads.size() < leads) {
    if (!next_line(input, line, number))
      throw Error("{}: describes {} of the {} leads that it announces.", path, header.leads.size(), leads);
    header.leads.push_back(read_lead_line(line, where(), header.leads.size() + 1));
  }
  return header;
}

// A name and a number of leads in the first line; a file and a format in the second.
bool is_wfdb_header(const std::string& path) {
  std::istringstream input(peek(path, kPeek));
  std::string line;
  std::int64_t number = 0;
  const auto names_and_number = [&] {
    std::istringstream fields(line);
    std::string name;
    int count = 0;
    return line.find_first_of(std::string(",;\"<{\0", 6)) == std::string::npos && fields >> name >> count && count > 0;
  };
  return next_line(input, line, number) && names_and_number() && next_line(input, line, number) && names_and_number();
}

}  // namespace galen::data
