#include "data/import/ecg/wfdb_signal.h"

#include "galen/error.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <limits>
#include <set>

namespace galen::data {
namespace {

namespace fs = std::filesystem;

/// Neighbouring leads whose samples alternate in one file.
struct Group {
  fs::path file;
  int format = 0;
  std::int64_t byte_offset = 0;
  std::size_t first_lead = 0;
  std::size_t leads = 0;
};

/// How stored numbers lie in a file. Numbers come in units of whole bytes: 212 packs two into three.
struct Format {
  int number;
  std::int64_t unit_bytes;
  std::int64_t unit_numbers;
  int missing;
  void (*unpack)(const std::uint8_t* unit, std::int16_t* numbers);
};

std::int16_t twelve_bits(int bits) { return static_cast<std::int16_t>((bits ^ 0x800) - 0x800); }

constexpr std::array kFormats = {
    Format{16, 2, 1, -0x8000, [](const std::uint8_t* b, std::int16_t* n) { n[0] = static_cast<std::int16_t>(b[0] | b[1] << 8); }},
    Format{61, 2, 1, -0x8000, [](const std::uint8_t* b, std::int16_t* n) { n[0] = static_cast<std::int16_t>(b[1] | b[0] << 8); }},
    Format{80, 1, 1, -0x80, [](const std::uint8_t* b, std::int16_t* n) { n[0] = static_cast<std::int16_t>(b[0] - 0x80); }},
    Format{212, 3, 2, -0x800,
           [](const std::uint8_t* b, std::int16_t* n) {
             n[0] = twelve_bits(b[0] | (b[1] & 0x0f) << 8);
             n[1] = twelve_bits(b[2] | (b[1] & 0xf0) << 4);
           }},
};

const Format& format_of(const Group& group, const WfdbHeader& header) {
  for (const Format& format : kFormats) {
    if (format.number == group.format) return format;
  }
  throw Error("{}: {} is in WFDB's format {}; Galen reads 16, 61, 80 and 212. Convert it with WFDB's xform -f 16.", header.path,
              group.file.filename().string(), group.format);
}

std::vector<Group> groups_of(const WfdbHeader& header) {
  std::vector<Group> groups;
  std::set<std::string> files;
  const fs::path folder = fs::path(header.path).parent_path();
  for (std::size_t i = 0; i < header.leads.size(); ++i) {
    const WfdbLead& lead = header.leads[i];
    const bool is_new = i == 0 || lead.file != header.leads[i - 1].file;
    if (is_new && !files.insert(lead.file).second) {
      throw Error("{}: the leads in {} do not stand one after the other.", header.path, lead.file);
    }
    if (is_new) groups.push_back({folder / lead.file, lead.format, lead.byte_offset, i, 0});
    if (lead.format != groups.back().format) throw Error("{}: {} has leads of two formats.", header.path, lead.file);
    ++groups.back().leads;
  }
  return groups;
}

/// Numbers of each lead that the file has.
std::int64_t count_in(const Group& group, const Format& format, const WfdbHeader& header) {
  std::error_code error;
  const auto size = static_cast<std::int64_t>(fs::file_size(group.file, error));
  if (error) throw Error("{}: its samples in {} cannot be read: {}.", header.path, group.file.string(), error.message());
  const std::int64_t bytes = std::max<std::int64_t>(0, size - group.byte_offset);
  const bool half_unit = format.unit_numbers == 2 && bytes % format.unit_bytes == 2;
  return (bytes / format.unit_bytes * format.unit_numbers + half_unit) / static_cast<std::int64_t>(group.leads);
}

std::vector<std::uint8_t> read_bytes(const Group& group, const Format& format, std::int64_t numbers) {
  const std::int64_t units = (numbers + format.unit_numbers - 1) / format.unit_numbers;
  const std::int64_t last_bytes = numbers % format.unit_numbers != 0 ? format.unit_bytes - 1 : format.unit_bytes;
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(units * format.unit_bytes));
  std::ifstream input(group.file, std::ios::binary);
  input.seekg(group.byte_offset);
  input.read(reinterpret_cast<char*>(bytes.data()), (units - 1) * format.unit_bytes + last_bytes);
  if (!input) throw Error("{}: cannot be read to its end.", group.file.string());
  return bytes;
}

void check_sums(const WfdbHeader& header, const Group& group, const std::vector<std::uint16_t>& sums) {
  for (std::size_t i = 0; i < group.leads; ++i) {
    const WfdbLead& lead = header.leads[group.first_lead + i];
    const auto wanted = static_cast<std::uint16_t>(lead.checksum.value_or(sums[i]));
    if (sums[i] != wanted) {
      throw Error("{}: the samples of lead {} add up to {} (modulo 65536), but {} says {}; the file is damaged: copy it again.",
                  group.file.string(), lead.name, sums[i], fs::path(header.path).filename().string(), wanted);
    }
  }
}

void read_group(const WfdbHeader& header, const Group& group, WfdbSignal& signal) {
  const Format& format = format_of(group, header);
  const auto leads = static_cast<std::int64_t>(group.leads);
  const auto stride = static_cast<std::int64_t>(header.leads.size());
  const std::int64_t numbers = signal.samples * leads;
  const std::vector<std::uint8_t> bytes = read_bytes(group, format, numbers);
  std::vector<std::uint16_t> sums(group.leads);
  std::int16_t* values = signal.values.data() + group.first_lead;
  std::array<std::int16_t, 2> unpacked = {};
  for (std::int64_t i = 0, sample = 0, lead = 0; i < numbers; ++i) {
    const std::int64_t part = i % format.unit_numbers;
    if (part == 0) format.unpack(&bytes[static_cast<std::size_t>(i / format.unit_numbers * format.unit_bytes)], unpacked.data());
    const std::int16_t value = unpacked[static_cast<std::size_t>(part)];
    sums[static_cast<std::size_t>(lead)] += static_cast<std::uint16_t>(value);
    values[sample * stride + lead] = value == format.missing ? WfdbSignal::kMissing : value;
    if (++lead == leads) {
      lead = 0;
      ++sample;
    }
  }
  check_sums(header, group, sums);
}

}  // namespace

std::int64_t count_wfdb_samples(const WfdbHeader& header) {
  std::int64_t least = std::numeric_limits<std::int64_t>::max();
  for (const Group& group : groups_of(header)) {
    const std::int64_t found = count_in(group, format_of(group, header), header);
    if (found < header.samples) {
      throw Error("{}: says that each lead has {} samples, but {} holds {}; the file is cut off: copy it again.", header.path,
                  header.samples, group.file.filename().string(), found);
    }
    least = std::min(least, found);
  }
  return header.samples > 0 ? header.samples : least;
}

WfdbSignal read_wfdb_signal(const WfdbHeader& header) {
  WfdbSignal signal;
  signal.samples = count_wfdb_samples(header);
  signal.values.resize(static_cast<std::size_t>(signal.samples) * header.leads.size());
  if (signal.samples == 0) return signal;
  for (const Group& group : groups_of(header)) read_group(header, group, signal);
  return signal;
}

}  // namespace galen::data
