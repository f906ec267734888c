#include "data/files/content_probe.h"

#include "galen/digest.h"
#include "galen/random_stream.h"

#include <ATen/ops/select.h>
#include <xxhash.h>

#include <algorithm>
#include <numeric>
#include <set>
#include <span>

namespace galen::data {

namespace {

constexpr std::int64_t kBytes = std::int64_t{32} << 20;
constexpr std::int64_t kFewest = 8;                         // however large samples are
constexpr std::int64_t kMost = 256;                         // where not all are looked at: more would cost as many seeks
constexpr std::int64_t kMostOfAll = std::int64_t{1} << 18;  // the HDF5 library takes some microseconds for each
constexpr std::int64_t kSlice = 1024;
constexpr std::uint64_t kSeed = 0x70726f6265;

bool has_masks(const Dataset& dataset) { return dataset.target_kind() == TargetKind::kMask; }

std::int64_t bytes_of_sample(const Dataset& dataset, std::int64_t sample) {
  std::size_t bytes = has_masks(dataset) ? dataset.mask_bytes(sample) : 0;
  for (std::size_t i = 0; i < dataset.inputs(); ++i) bytes += dataset.input(i).stored_bytes(sample);
  return static_cast<std::int64_t>(bytes);
}

bool takes_all(const Dataset& dataset) {
  if (dataset.size() > kMostOfAll || bytes_of_sample(dataset, 0) > kBytes / dataset.size()) return false;
  return bytes_of_sample(dataset, dataset.size() - 1) <= kBytes / dataset.size();  // texts of several files differ in length
}

// A sample of a compressed chunk costs the chunk.
std::vector<std::int64_t> choose(const Dataset& dataset) {
  std::vector<std::int64_t> samples;
  if (takes_all(dataset)) {
    samples.resize(static_cast<std::size_t>(dataset.size()));
    std::iota(samples.begin(), samples.end(), 0);
    return samples;
  }
  const std::int64_t cost = std::max(bytes_of_sample(dataset, 0), dataset.compressed_chunks().chunk_bytes);
  const auto count = static_cast<std::size_t>(std::min(std::clamp(kBytes / cost, kFewest, kMost), dataset.size()));
  std::set<std::int64_t> chosen = {0, dataset.size() - 1};
  RandomStream random(kSeed);
  while (chosen.size() < count) chosen.insert(static_cast<std::int64_t>(random.bits() % static_cast<std::uint64_t>(dataset.size())));
  samples.assign(chosen.begin(), chosen.end());
  return samples;
}

}  // namespace

std::string ContentProbe::digest() const {
  Digest all;
  all.add(samples);
  all.add(digests);
  return all.hex();
}

ContentProbe probe_content(const Dataset& dataset) {
  ContentProbe probe;
  probe.samples = choose(dataset);
  probe.whole = static_cast<std::int64_t>(probe.samples.size()) == dataset.size();
  probe.digests.resize(probe.samples.size());
  ReadScratch scratch;
  const auto add = [&](std::size_t i, const std::byte* stored, std::size_t bytes) {  // to what came before; the seed 0 is none
    const auto seed = static_cast<XXH64_hash_t>(probe.digests[i]);
    probe.digests[i] = static_cast<std::int64_t>(XXH3_64bits_withSeed(stored, bytes, seed));
  };
  for (std::size_t number = 0; number < dataset.inputs(); ++number) {
    const Dataset& input = dataset.input(number);
    input.visit(probe.samples, scratch,
                [&](std::size_t i, const std::byte* stored) { add(i, stored, input.stored_bytes(probe.samples[i])); });
  }
  if (!has_masks(dataset)) return probe;
  dataset.visit_masks(probe.samples, scratch,
                      [&](std::size_t i, const std::byte* stored) { add(i, stored, dataset.mask_bytes(probe.samples[i])); });
  return probe;
}

std::vector<std::int64_t> digests_beside(const Dataset& dataset, const std::vector<std::int64_t>& samples) {
  std::vector<std::int64_t> digests;
  for (const std::int64_t sample : samples) {
    std::string text = dataset.sample_name(sample) + '\0' + dataset.group_name(sample) + '\0';
    if (dataset.targets().defined()) {
      const at::Tensor target = dataset.targets().select(0, sample).contiguous();
      text.append(static_cast<const char*>(target.const_data_ptr()), target.nbytes());
    }
    digests.push_back(static_cast<std::int64_t>(XXH3_64bits(text.data(), text.size())));
  }
  return digests;
}

void read_all(const Dataset& dataset) {
  ReadScratch scratch;
  std::vector<std::int64_t> slice;
  for (std::int64_t begin = 0; begin < dataset.size(); begin += kSlice) {
    slice.resize(static_cast<std::size_t>(std::min(kSlice, dataset.size() - begin)));
    std::iota(slice.begin(), slice.end(), begin);
    for (std::size_t i = 0; i < dataset.inputs(); ++i) dataset.input(i).visit(slice, scratch, [](std::size_t, const std::byte*) {});
    if (has_masks(dataset)) dataset.visit_masks(slice, scratch, [](std::size_t, const std::byte*) {});
  }
}

}  // namespace galen::data
