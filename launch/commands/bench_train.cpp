#include "galen/error.h"
#include "galen/output_file.h"
#include "launch/commands/bench.h"
#include "launch/process/exit_code.h"
#include "launch/process/first_rank.h"
#include "trainer/bench/training_speed.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>

namespace galen::launch {

namespace {

const Manual kBenchTrainManual = {
    "galen bench train [FILE.cfg] [--key value …]",
    "Times a number of training steps, after a warm-up, without validation, checkpoints and logs, on all samples of the "
    "training split. Prints samples per second of all workers together, the share of each phase in a step, the time from "
    "the "
    "start of the process to the end of the first step, and the peak resident memory (memory shared by ranks counts once per node). The "
    "options "
    "are those of galen train.",
    {
        "mpirun -np 2 galen bench train configs/mnist_cnn28.cfg --steps 300",
        "mpirun -np 2 galen bench train --model.name cnn150 --data.file chest.h5 --trainer.batch 64 --steps 20 --json bench.json",
    }};

struct TrainBench {
  std::int64_t steps = 200;
  std::int64_t warm_up = 20;
  std::string json;
};

std::vector<Option> train_bench_options(TrainBench& bench) {
  return {
      number("steps", bench.steps, at_least(1), "Timed steps."),
      number("warm-up", bench.warm_up, at_least(0), "Steps before the timed ones."),
      text("json", bench.json, "File for the figures; empty: none."),
  };
}

std::string to_table(const trainer::Measurement& m, int workers) {
  std::string text = fmt::format("{:.1f} samples/s over {} workers: {} steps of {:.3f} ms\n", m.samples_per_second, workers, m.steps,
                                 1e3 * m.seconds / static_cast<double>(m.steps));
  for (std::size_t p = 0; p < trainer::kPhases; ++p) {
    text += fmt::format("  {:<9}{:6.1f} %\n", name_of(static_cast<trainer::Phase>(p)), 100 * m.phase_seconds[p] / m.seconds);
  }
  return text + fmt::format("first step after {:.2f} s, peak memory of a rank {:.0f} MiB, loss {:.4f}\n", m.first_step_seconds, m.peak_mib,
                            m.loss);
}

std::string to_json(const trainer::Measurement& m, const trainer::ExperimentOptions& e, int workers) {
  nlohmann::ordered_json json = {{"model", e.model.name},
                                 {"workers", workers},
                                 {"batch", e.trainer.batch},
                                 {"steps", m.steps},
                                 {"seconds", m.seconds},
                                 {"samples_per_s", m.samples_per_second},
                                 {"first_step_s", m.first_step_seconds},
                                 {"peak_mib", m.peak_mib},
                                 {"loss", m.loss}};
  for (std::size_t p = 0; p < trainer::kPhases; ++p) {
    json["step_s"][name_of(static_cast<trainer::Phase>(p))] = m.phase_seconds[p] / static_cast<double>(m.steps);
  }
  return json.dump(2) + "\n";
}

}  // namespace

int bench_train(const Arguments& arguments, comm::Communicator& world) {
  trainer::ExperimentOptions experiment;
  TrainBench bench;
  if (!read_training_bench(arguments, kBenchTrainManual, train_bench_options(bench), experiment, world)) return kDone;
  if (!bench.json.empty()) on_first_rank(world, [&] { expect_output(bench.json, /*overwrite=*/true); });
  experiment.folder.clear();

  const trainer::Measurement measurement = trainer::measure(experiment, world, bench.warm_up, bench.steps);
  if (world.rank() != 0) return kDone;
  std::fputs(to_table(measurement, world.size()).c_str(), stdout);
  const std::string json = to_json(measurement, experiment, world.size());
  if (!bench.json.empty()) write_output(bench.json, json, /*overwrite=*/true);
  return kDone;
}

}  // namespace galen::launch
