#include "data/formats/wfdb/wfdb_signal.h"

#include "galen/error.h"
#include "galen/regular_file.h"

#include "data/formats/wfdb/wfdb_format.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <limits>
#include <set>
#include <utility>

namespace galen::data {
namespace {

namespace fs = std::filesystem;

/// Neighbouring leads whose samples alternate in one file.
struct Group {
  fs::path file;
  const WfdbFormat* format = nullptr;
  std::int64_t byte_offset = 0;
  std::size_t first_lead = 0;
  std::size_t leads = 0;
  std::int64_t frame_numbers = 0;  // of all leads
};

std::vector<Group> groups_of(const WfdbHeader& header) {
  std::vector<Group> groups;
  std::set<std::string> files;
  const fs::path folder = fs::path(header.path).parent_path();
  for (std::size_t i = 0; i < header.leads.size(); ++i) {
    const WfdbLead& lead = header.leads[i];
    if (lead.file == kWfdbNothing) throw Error("{}: lead {} has no samples of its own.", header.path, lead.name);
    const bool is_new = i == 0 || lead.file != header.leads[i - 1].file;
    if (is_new && !files.insert(lead.file).second) {
      throw Error("{}: the leads in {} do not stand one after the other.", header.path, lead.file);
    }
    if (is_new) groups.push_back({folder / lead.file, &wfdb_format(lead.format, folder / lead.file), lead.byte_offset, i, 0, 0});
    if (lead.format != groups.back().format->number) throw Error("{}: {} has leads of two formats.", header.path, lead.file);
    ++groups.back().leads;
    groups.back().frame_numbers += lead.frame_samples;
  }
  return groups;
}

/// Whole frames that the file has.
std::int64_t count_in(const Group& group, const WfdbHeader& header) {
  std::error_code error;
  const auto size = static_cast<std::int64_t>(fs::file_size(group.file, error));
  if (error) throw Error("{}: its samples in {} cannot be read: {}.", header.path, group.file.string(), error.message());
  return group.format->numbers_in(std::max<std::int64_t>(0, size - group.byte_offset)) / group.frame_numbers;
}

/// In whole units: what is beyond the last number is 0.
std::vector<std::uint8_t> read_bytes(const Group& group, std::int64_t numbers) {
  const WfdbFormat& format = *group.format;
  const std::int64_t units = (numbers + format.unit_numbers - 1) / format.unit_numbers;
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(units * format.unit_bytes));
  expect_regular_file(group.file.string());
  std::ifstream input(group.file, std::ios::binary);
  input.seekg(group.byte_offset);
  input.read(reinterpret_cast<char*>(bytes.data()), format.bytes_of(numbers));
  if (!input) throw Error("{}: cannot be read to its end.", group.file.string());
  return bytes;
}

/// The numbers of a file, one after the other.
class NumberReader {
 public:
  NumberReader(const WfdbFormat& format, std::vector<std::uint8_t> bytes) : format_(format), bytes_(std::move(bytes)) {}

  std::int32_t next() {
    if (part_ == format_.unit_numbers) {
      part_ = 0;
      byte_ += format_.unit_bytes;
    }
    if (part_ == 0) format_.unpack(&bytes_[static_cast<std::size_t>(byte_)], unit_.data());
    return unit_[static_cast<std::size_t>(part_++)];
  }

 private:
  const WfdbFormat& format_;
  std::vector<std::uint8_t> bytes_;
  std::array<std::int32_t, WfdbFormat::kMostNumbers> unit_ = {};
  std::int64_t part_ = 0;
  std::int64_t byte_ = 0;
};

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
  const WfdbFormat& format = *group.format;
  const auto stride = static_cast<std::int64_t>(header.leads.size());
  NumberReader numbers(format, read_bytes(group, signal.samples * group.frame_numbers));
  std::vector<std::uint16_t> sums(group.leads);
  std::vector<std::int32_t> last(group.leads);
  for (std::size_t i = 0; i < group.leads; ++i) last[i] = static_cast<std::int32_t>(header.leads[group.first_lead + i].initial_value);

  for (std::int64_t frame = 0; frame < signal.samples; ++frame) {
    for (std::size_t i = 0; i < group.leads; ++i) {
      const WfdbLead& lead = header.leads[group.first_lead + i];
      std::int64_t total = 0;
      bool missing = false;
      for (std::int64_t k = 0; k < lead.frame_samples; ++k) {
        std::int32_t value = numbers.next();
        if (format.differences)
          value = last[i] = static_cast<std::int32_t>(static_cast<std::uint32_t>(last[i]) + static_cast<std::uint32_t>(value));
        sums[i] = static_cast<std::uint16_t>(sums[i] + static_cast<std::uint16_t>(value));
        missing = missing || value == format.missing;
        total += value;
      }
      if (frame < lead.skew) continue;
      const auto mean = static_cast<std::int32_t>(total / lead.frame_samples);
      signal.values[static_cast<std::size_t>((frame - lead.skew) * stride) + group.first_lead + i] = missing ? WfdbSignal::kMissing : mean;
    }
  }
  check_sums(header, group, sums);
}

}  // namespace

std::int64_t count_wfdb_samples(const WfdbHeader& header) {
  std::int64_t least = std::numeric_limits<std::int64_t>::max();
  for (const Group& group : groups_of(header)) {
    const std::int64_t found = count_in(group, header);
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
  signal.values.assign(static_cast<std::size_t>(signal.samples) * header.leads.size(), WfdbSignal::kMissing);
  if (signal.samples == 0) return signal;
  for (const Group& group : groups_of(header)) read_group(header, group, signal);
  return signal;
}

}  // namespace galen::data
