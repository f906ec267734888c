#include "galen/output_file.h"
#include "launch/commands/bench.h"
#include "launch/commands/loading_paths.h"
#include "launch/options/configuration.h"
#include "launch/options/experiment_options.h"
#include "launch/options/help.h"
#include "launch/process/exit_code.h"
#include "trainer/options/run_options.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <map>

namespace galen::launch {

namespace {

using Clock = std::chrono::steady_clock;

const Manual kBenchDataManual = {
    "galen bench data [--key value …]",
    "Times the paths from an HDF5 file to a batch, alternating, on image files that it makes and removes: contiguous samples and "
    "compressed ones, compared with memcpy, libdeflate, and one HDF5 library call for each sample. All files are in "
    "the system's cache. Rates are medians.",
    {"galen bench data", "galen bench data --threads 4 --batch 256 --json data.json"}};

struct DataBench {
  std::int64_t batch = 64;
  int threads = 2;
  double seconds = 1;
  std::string file;
  std::string folder = ".";
  bool keep = false;
  std::string json;
  double deadline = 300;
};

std::vector<Option> data_bench_options(DataBench& bench) {
  return {
      number("batch", bench.batch, at_least(1), "Samples in a batch."),
      number("threads", bench.threads, at_least(1), "Loader threads."),
      number("seconds", bench.seconds, above(0), "Approximate time for each path."),
      text("file", bench.file, "Times only the loader, on this file's images; empty: all paths, on generated files."),
      text("folder", bench.folder, "Folder of the generated files, up to 1.5 GB."),
      flag("keep", bench.keep, "Keep the files."),
      text("json", bench.json, "File for the figures; empty: none."),
      trainer::deadline_option(bench.deadline),
  };
}

/// A folder that is removed with this object, unless it is to be kept.
class Workplace {
 public:
  Workplace(const std::string& folder, const char* name, bool keep) : path_(fmt::format("{}/galen_bench_{}", folder, name)), keep_(keep) {
    std::filesystem::create_directories(path_);
  }
  ~Workplace() {
    std::error_code ignored;
    if (!keep_) std::filesystem::remove_all(path_, ignored);
  }
  Workplace(const Workplace&) = delete;
  Workplace& operator=(const Workplace&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
  bool keep_;
};

// Samples per second of each path; the paths alternate.
std::vector<double> measure(const std::vector<LoadingPath>& paths, double seconds) {
  std::vector<std::vector<double>> rates(paths.size());
  const auto end = Clock::now() + std::chrono::duration<double>(seconds * static_cast<double>(paths.size()));
  for (int round = 0; round < 4 || Clock::now() < end; ++round) {
    for (std::size_t p = 0; p < paths.size(); ++p) {
      const auto begin = Clock::now();
      paths[p].work();
      if (round > 0) rates[p].push_back(paths[p].samples / std::chrono::duration<double>(Clock::now() - begin).count());
    }
  }
  std::vector<double> medians;
  for (std::vector<double>& of_one : rates) {
    std::nth_element(of_one.begin(), of_one.begin() + static_cast<std::ptrdiff_t>(of_one.size() / 2), of_one.end());
    medians.push_back(of_one[of_one.size() / 2]);
  }
  return medians;
}

nlohmann::json bench_images(const DataBench& options, const std::string& folder, const std::vector<std::int64_t>& shape,
                            std::int64_t samples) {
  const std::vector<LoadingPath> paths = loading_paths({folder, shape, samples, options.batch, options.threads});
  const std::vector<double> rates = measure(paths, options.seconds);
  const std::string title = fmt::format("{}, u8, {} thread{}", fmt::join(shape, " x "), options.threads, options.threads == 1 ? "" : "s");
  fmt::print("{:<46}  {:>12}  {:>10}\n", title, "samples/s", "of memcpy");
  nlohmann::json json = {{"shape", shape}, {"paths", nlohmann::json::array()}};
  for (std::size_t p = 0; p < paths.size(); ++p) {
    fmt::print("  {:<44}  {:>12.0f}  {:>10.3f}\n", paths[p].name, rates[p], rates[p] / rates[0]);
    json["paths"].push_back({{"name", paths[p].name}, {"samples_per_s", rates[p]}});
  }
  return json;
}

void save(const nlohmann::json& json, const std::string& file) {
  if (file.empty()) return;
  write_output(file, json.dump(2) + "\n", /*overwrite=*/true);
}

}  // namespace

int bench_data(const Arguments& arguments, comm::Communicator& world) {
  DataBench options;
  Configuration configuration(data_bench_options(options));
  if (!read_bench(arguments, kBenchDataManual, configuration, options.deadline, world)) return kDone;
  if (!options.file.empty()) configuration.refuse({"folder", "keep"}, "has no effect with --file, because no files are generated");
  if (world.rank() != 0) return kDone;
  if (!options.json.empty()) expect_output(options.json, /*overwrite=*/true);

  if (!options.file.empty()) {
    const std::vector<LoadingPath> paths = {loader_on(options.file, options.batch, options.threads)};
    const double rate = measure(paths, options.seconds).front();
    fmt::print("{:.0f} samples a second\n", rate);
    save({{"samples_per_s", rate}}, options.json);
    return kDone;
  }
  nlohmann::json json = {{"threads", options.threads}, {"batch", options.batch}, {"images", nlohmann::json::array()}};
  {
    const Workplace small(options.folder, "small", options.keep);
    json["images"].push_back(bench_images(options, small.path(), {1, 64, 64}, 20000));
  }
  const Workplace large(options.folder, "large", options.keep);
  json["images"].push_back(bench_images(options, large.path(), {3, 224, 224}, 2000));

  constexpr std::int64_t kChunks = 256 << 10;
  constexpr std::int64_t kBytes = std::int64_t{10} << 30;
  json["index_of_256k_chunks_s"] = seconds_to_index(large.path(), kChunks);
  json["open_10_gib_to_first_batch_s"] = seconds_to_first_batch(large.path(), kBytes);
  fmt::print("index of 256k chunks                            {:.3f} s\n", json["index_of_256k_chunks_s"].get<double>());
  fmt::print("10 GiB: open to first batch                     {:.3f} s\n", json["open_10_gib_to_first_batch_s"].get<double>());
  save(json, options.json);
  return kDone;
}

}  // namespace galen::launch
