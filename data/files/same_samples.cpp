#include "data/files/same_samples.h"

#include "data/files/reading_file.h"
#include "galen/error.h"

#include <ATen/ops/equal.h>
#include <xxhash.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <map>
#include <numeric>

namespace galen::data {

namespace {

constexpr std::int64_t kBlock = 32;  // samples that are compared at a time

std::vector<std::byte> samples_of(const DatasetFile& file, const StoredInput& input, std::int64_t first, std::int64_t count) {
  const ReadingFile reading(file.path);
  std::vector<std::int64_t> rows(static_cast<std::size_t>(count));
  std::iota(rows.begin(), rows.end(), first);
  const auto bytes = static_cast<std::size_t>(input.array.row_elements()) * hdf5::bytes_of(hdf5::native_of(input.array.type()));
  std::vector<std::byte> values(rows.size() * bytes);
  ReadScratch scratch;
  input.rows->read(rows, scratch, [&](std::size_t i, const std::byte* stored) { std::memcpy(&values[i * bytes], stored, bytes); });
  return values;
}

bool same_targets(const DatasetFile& a, const DatasetFile& b) {
  if (a.targets.values.defined() != b.targets.values.defined()) return false;
  return !a.targets.values.defined() ||
         (a.targets.values.sizes() == b.targets.values.sizes() && at::equal(a.targets.values, b.targets.values));
}

bool same_input(const DatasetFile& a, const DatasetFile& b, std::size_t number) {
  const StoredInput &one = a.inputs[number], &other = b.inputs[number];
  if (one.array.shape() != other.array.shape() || one.present != other.present) return false;
  for (std::int64_t first = 0; first < a.size(); first += kBlock) {
    const std::int64_t count = std::min(kBlock, a.size() - first);
    if (samples_of(a, one, first, count) != samples_of(b, other, first, count)) return false;
  }
  return true;
}

bool same_samples(const DatasetFile& a, const DatasetFile& b) {
  if (!same_targets(a, b)) return false;
  for (std::size_t number = 0; number < a.inputs.size(); ++number) {
    if (!same_input(a, b, number)) return false;
  }
  return true;
}

}  // namespace

void check_no_file_twice(std::span<const DatasetFile> files) {
  if (files.size() < 2) return;
  std::map<std::uint64_t, std::vector<const DatasetFile*>> alike;  // by their first sample
  for (const DatasetFile& file : files) {
    const std::vector<std::byte> first = samples_of(file, file.inputs.front(), 0, 1);
    std::vector<const DatasetFile*>& others = alike[XXH3_64bits(first.data(), first.size())];
    for (const DatasetFile* other : others) {
      std::error_code none;
      if (std::filesystem::equivalent(file.path, other->path, none)) {
        throw Error("{} is named twice in data.file{}. Name it once.", other->path,
                    file.path == other->path ? "" : fmt::format(", as {} too", file.path));
      }
      if (same_samples(*other, file)) {
        throw Error("{} and {} hold the same samples with the same targets: they would count twice. Name one of them.", other->path,
                    file.path);
      }
    }
    others.push_back(&file);
  }
}

}  // namespace galen::data
