#include "trainer/samples/data_watch.h"

#include "comm/collectives.h"
#include "galen/error.h"
#include "galen/host.h"

#include <ATen/ops/full.h>

#include <chrono>
#include <cstring>
#include <future>
#include <utility>

namespace galen::trainer {

namespace {

using namespace std::chrono_literals;
using Numbers = std::vector<std::int64_t>;

constexpr auto kTurn = 200ms;  // after which a rank that compares shows the others that it is alive
constexpr std::size_t kMostNamed = 3;

std::string bytes_of(const Numbers& numbers) {
  return {reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(numbers[0])};
}

Numbers numbers_in(const std::string& bytes) {
  Numbers numbers(bytes.size() / sizeof(std::int64_t));
  std::memcpy(numbers.data(), bytes.data(), numbers.size() * sizeof(std::int64_t));
  return numbers;
}

std::string name_of(const data::Dataset& dataset, std::int64_t sample) {
  const std::string name = dataset.sample_name(sample);
  return name == std::to_string(sample) ? fmt::format("sample {}", sample) : fmt::format("sample {} ({})", sample, name);
}

// The first of `samples` whose digest differs, and how.
std::string first_difference(const data::Dataset& dataset, const Numbers& samples, const Numbers& mine, const Numbers& expected,
                             const char* what) {
  for (std::size_t i = 0; i < samples.size(); ++i) {
    if (mine[i] != expected[i]) return fmt::format("{} has {}", name_of(dataset, samples[i]), what);
  }
  return "";
}

// "rank 2 on b: sample 17 has other values"; "and 5 more ranks".
std::string joined(const std::vector<std::string>& of_ranks) {
  std::string text;
  std::size_t count = 0;
  for (std::size_t rank = 0; rank < of_ranks.size(); ++rank) {
    if (of_ranks[rank].empty() || ++count > kMostNamed) continue;
    text += fmt::format("{}rank {} on {}", text.empty() ? "" : "; ", rank, of_ranks[rank]);
  }
  return count > kMostNamed ? fmt::format("{}; and {} more ranks", text, count - kMostNamed) : text;
}

void check_ranks_agree(const data::Dataset& dataset, const data::ContentProbe& content, comm::Communicator& world) {
  const std::vector<std::string> all = comm::all_gather(world, dataset.digest() + content.digest());
  bool differ = false;
  for (const std::string& digests : all) differ |= digests != all.front();
  if (!differ) return;

  const Numbers beside = data::digests_beside(dataset, content.samples);
  const Numbers samples = numbers_in(comm::broadcast(world, bytes_of(content.samples), 0));
  const Numbers values_of_first = numbers_in(comm::broadcast(world, bytes_of(content.digests), 0));
  const Numbers beside_first = numbers_in(comm::broadcast(world, bytes_of(beside), 0));
  const std::string size = comm::broadcast(world, std::to_string(dataset.size()), 0);
  const std::string host = comm::broadcast(world, host_name(), 0);
  std::string mine;
  if (all[static_cast<std::size_t>(world.rank())] != all.front()) {
    if (std::to_string(dataset.size()) != size) {
      mine = fmt::format("has {} samples, not {}", dataset.size(), size);
    } else if (samples != content.samples) {
      mine = "has samples of another size";
    } else {
      mine = first_difference(dataset, samples, content.digests, values_of_first, "other values");
      if (mine.empty()) mine = first_difference(dataset, samples, beside, beside_first, "another id, patient or target");
      if (mine.empty()) mine = "shapes, names of classes, or the ids and targets of samples that were not compared, differ";
    }
    mine = fmt::format("{}, {}: {}", host_name(), dataset.file(), mine);
  }
  throw Error(
      "the ranks of this job read different data than rank 0 on {} does: {}. All hosts need the same file: compare checksums, and "
      "copy "
      "it again.",
      host, joined(comm::all_gather(world, mine)));
}

}  // namespace

DataWatch::DataWatch(std::shared_ptr<const data::Dataset> dataset, comm::Communicator& world)
    : dataset_(std::move(dataset)), world_(world), content_(data::probe_content(*dataset_)), files_(dataset_->identities()) {
  check_ranks_agree(*dataset_, content_, world_);
}

bool DataWatch::all(bool here) {
  at::Tensor flag = at::full({1}, here ? 1 : 0, at::kByte);
  world_.all_reduce(flag, comm::Reduction::kMin);
  return *flag.const_data_ptr<std::uint8_t>() != 0;
}

// Compares both the file at the path and the open file: a file that was rewritten may have its samples in other places.
std::string DataWatch::compare_with_start() const try {
  data::DatasetOptions options = dataset_->options();
  const bool by_digests = !content_.whole && dataset_->has_digests() && options.verify != data::Verify::kOff;
  options.verify = by_digests ? data::Verify::kOn : data::Verify::kOff;
  const data::Dataset reopened(options);
  if (reopened.digest() != dataset_->digest()) return "its shapes, ids, patients or targets have changed";
  if (reopened.stored_split() != dataset_->stored_split()) return "its split has changed";
  for (const data::Dataset* dataset : {&reopened, dataset_.get()}) {
    const data::ContentProbe now = data::probe_content(*dataset);
    const std::string what = first_difference(*dataset, content_.samples, now.digests, content_.digests, "other values than before");
    if (!what.empty()) return what;
  }
  if (content_.whole) return "";
  if (!by_digests) return "it is unknown whether its samples have changed: they are many, and there are no digests to compare";
  data::read_all(reopened);
  return "";
} catch (const std::exception& error) {
  return error.what();
}

DataWatch::Finding DataWatch::look() {
  std::vector<data::FileIdentity> now = files_;
  std::string changes, gone;
  for (data::FileIdentity& file : now) {
    const auto found = data::identify(file.path);
    if (!found) {
      if (gone_.insert(file.path).second) gone = fmt::format("{} is missing", file.path);
      continue;
    }
    const std::string change = data::difference(file, *found);
    if (!change.empty()) changes += fmt::format("{}{} {}", changes.empty() ? "" : ", ", file.path, change);
    file = *found;
  }
  if (all(changes.empty() && gone.empty())) return {};

  std::future<std::string> compared =
      std::async(std::launch::async, [&] { return changes.empty() ? std::string() : compare_with_start(); });
  while (!all(compared.wait_for(kTurn) == std::future_status::ready)) continue;
  const std::string fault = compared.get();

  const auto here = [](const std::string& words) { return words.empty() ? words : fmt::format("{}: {}", host_name(), words); };
  Finding finding;
  finding.fault = joined(comm::all_gather(world_, fault.empty() ? "" : here(fmt::format("{}: {}", changes, fault))));
  if (!finding.fault.empty()) {
    finding.fault = fmt::format("the data has changed since it was opened. {}.", finding.fault);
    return finding;
  }
  files_ = now;
  if (std::string same = joined(comm::all_gather(world_, here(changes))); !same.empty())
    finding.notes.push_back(same + "; its samples are the same.");
  if (std::string lost = joined(comm::all_gather(world_, here(gone))); !lost.empty()) {
    finding.notes.push_back(lost + "; the open file is still read.");
  }
  return finding;
}

std::vector<std::string> DataWatch::expect_unchanged(const char* consequence) {
  Finding finding = look();
  if (!finding.fault.empty()) throw Error("{} {}", finding.fault, consequence);
  return std::move(finding.notes);
}

}  // namespace galen::trainer
