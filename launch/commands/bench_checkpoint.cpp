#include "galen/error.h"
#include "galen/output_file.h"
#include "launch/commands/bench.h"
#include "launch/process/exit_code.h"
#include "launch/process/first_rank.h"
#include "trainer/bench/checkpoint_cost.h"

#include <fcntl.h>
#include <unistd.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <vector>

namespace galen::launch {

namespace {

namespace fs = std::filesystem;

const Manual kBenchCheckpointManual = {
    "galen bench checkpoint [FILE.cfg] [--key value …]",
    "Trains alternately without checkpoints and with one in the middle of every N steps. Prints the time of a step in both, how long "
    "worker 0 waits for each checkpoint, and how fast checkpoints are written compared with a plain file of the same size that is "
    "written and synced (fdatasync) in between. Checkpoints are written to a separate folder in run.folder (the current one if it "
    "is empty), which is removed. The other options are those of galen train.",
    {
        "mpirun -np 2 galen bench checkpoint --model.name cnn150 --data.file chest.h5 --trainer.batch 32",
        "galen bench checkpoint configs/mnist_cnn28.cfg --every 50 --rounds 9 --json bench.json",
    }};

struct CheckpointBench {
  trainer::CheckpointBenchOptions part;
  int rounds = 3;
  std::string json;
};

std::vector<Option> checkpoint_bench_options(CheckpointBench& bench) {
  return {
      number("every", bench.part.every, at_least(2), "N: steps between two checkpoints."),
      number("checkpoints", bench.part.checkpoints, at_least(1), "Checkpoints in a round."),
      number("rounds", bench.rounds, at_least(1), "Rounds of training without, then with checkpoints; medians are reported."),
      number("warm-up", bench.part.warm_up, at_least(1), "Steps before the first round."),
      text("json", bench.json, "File for the figures; empty: none."),
  };
}

// The disk's own speed: time to write a file of `bytes` bytes and sync it.
double seconds_to_write(const std::string& path, std::int64_t bytes) {
  const std::vector<char> piece(8 << 20, 'x');
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) throw Error("{}: cannot be opened for writing.", path);
  const auto begin = std::chrono::steady_clock::now();
  std::int64_t written = 0;
  while (written < bytes) {
    const ssize_t done = ::write(file, piece.data(), std::min<std::size_t>(piece.size(), static_cast<std::size_t>(bytes - written)));
    if (done <= 0) break;
    written += done;
  }
  ::fdatasync(file);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
  ::close(file);
  fs::remove(path);
  if (written < bytes) throw Error("{}: cannot be written. Check the disk's free space.", path);
  return seconds.count();
}

struct Figures {
  std::vector<double> without, with, ratio, stall, write, disk;
  std::int64_t bytes = 0;
};

void print_figures(const Figures& figures, const CheckpointBench& bench) {
  const double mb = static_cast<double>(figures.bytes) / 1e6;
  fmt::print(
      "{:.1f} MB of state, a checkpoint every {} steps, {} rounds of {}: medians\n"
      "step without {:.2f} ms, with checkpoints {:.2f} ms: {:+.2f} %\n"
      "worker 0 waits for {:.3f} ms a checkpoint\n"
      "a checkpoint is on disk after {:.0f} ms, {:.0f} MB/s; a plain file with fdatasync {:.0f} ms: {:.2f} of the disk's speed\n",
      mb, bench.part.every, bench.rounds, bench.part.checkpoints, 1e3 * median(figures.without), 1e3 * median(figures.with),
      100 * (median(figures.ratio) - 1), 1e3 * median(figures.stall), 1e3 * median(figures.write), mb / median(figures.write),
      1e3 * median(figures.disk), median(figures.disk) / median(figures.write));
}

std::string to_json(const Figures& figures) {
  return nlohmann::ordered_json({{"bytes", figures.bytes},
                                 {"step_without_s", figures.without},
                                 {"step_with_s", figures.with},
                                 {"stall_s", figures.stall},
                                 {"write_s", figures.write},
                                 {"disk_s", figures.disk}})
             .dump(2) +
         "\n";
}

}  // namespace

int bench_checkpoint(const Arguments& arguments, comm::Communicator& world) {
  trainer::ExperimentOptions experiment;
  CheckpointBench bench;
  if (!read_training_bench(arguments, kBenchCheckpointManual, checkpoint_bench_options(bench), experiment, world)) return kDone;
  if (!bench.json.empty()) on_first_rank(world, [&] { expect_output(bench.json, /*overwrite=*/true); });
  experiment.folder = (experiment.folder.empty() ? "." : experiment.folder) + "/galen_bench_checkpoint";
  if (world.rank() == 0) fs::create_directories(experiment.folder);

  Figures figures;
  trainer::measure_checkpoints(experiment, world, bench.part, bench.rounds, [&](const trainer::CheckpointMeasurement& round) {
    if (world.rank() != 0) return;
    figures.without.push_back(round.step_without);
    figures.with.push_back(round.step_with);
    figures.ratio.push_back(round.step_with / round.step_without);
    figures.stall.push_back(round.stall);
    figures.write.push_back(round.write);
    figures.bytes = round.bytes;
    figures.disk.push_back(seconds_to_write(experiment.folder + "/plain", round.bytes));
  });
  if (world.rank() != 0) return kDone;
  fs::remove_all(experiment.folder);
  print_figures(figures, bench);
  const std::string json = to_json(figures);
  if (!bench.json.empty()) write_output(bench.json, json, /*overwrite=*/true);
  return kDone;
}

}  // namespace galen::launch
