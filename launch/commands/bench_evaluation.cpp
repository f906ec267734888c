#include "launch/commands/bench.h"
#include "launch/options/configuration.h"
#include "launch/options/experiment_options.h"
#include "launch/options/help.h"
#include "launch/process/exit_code.h"
#include "trainer/device/threads.h"
#include "trainer/evaluation/report_intervals.h"
#include "trainer/options/run_options.h"
#include "trainer/tasks/task.h"

#include <ATen/ops/empty.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <random>

namespace galen::launch {

namespace {

using Clock = std::chrono::steady_clock;

const Manual kBenchEvaluationManual = {
    "galen bench evaluation [--key value …]",
    "Times a report on synthetic predictions of two classes: its metrics, and their 95 % intervals, whose resamples the ranks "
    "and their threads share. Times are medians of several rounds.",
    {"galen bench evaluation --threads 2", "mpirun -np 2 galen bench evaluation --threads 1 --samples 100000"}};

struct EvaluationBench {
  std::int64_t samples = 1000000;
  std::int64_t samples_of_patient = 1;
  trainer::IntervalOptions intervals;
  int threads = 0;
  int rounds = 3;
  double deadline = 300;
};

std::vector<Option> evaluation_bench_options(EvaluationBench& bench) {
  std::vector<Option> options = {
      number("samples", bench.samples, at_least(100), "Samples of the report; 30 % are positive."),
      number("samples_of_patient", bench.samples_of_patient, at_least(1), "Samples of each patient."),
      number("threads", bench.threads, at_least(0), "Threads of a rank; 0: OMP_NUM_THREADS, else its share of the cores."),
      number("rounds", bench.rounds, at_least(1), "Rounds; medians are reported."),
      trainer::deadline_option(bench.deadline),
  };
  for (Option& option : describe(bench.intervals)) options.push_back(std::move(option));
  return options;
}

at::Tensor make_records(const trainer::Task& task, std::int64_t samples) {
  std::mt19937_64 random(1);
  std::normal_distribution<float> noise;
  const at::Tensor outputs = at::empty({samples, 1});
  const at::Tensor targets = at::empty({samples}, at::kLong);
  float* output = outputs.mutable_data_ptr<float>();
  std::int64_t* target = targets.mutable_data_ptr<std::int64_t>();
  for (std::int64_t i = 0; i < samples; ++i) {
    target[i] = random() % 10 < 3 ? 1 : 0;
    output[i] = 2.2F * static_cast<float>(target[i]) - 1 + noise(random);
  }
  return task.records(outputs, targets);
}

}  // namespace

int bench_evaluation(const Arguments& arguments, comm::Communicator& world) {
  EvaluationBench bench;
  Configuration configuration(evaluation_bench_options(bench));
  if (!read_bench(arguments, kBenchEvaluationManual, configuration, bench.deadline, world)) return kDone;
  const int threads = trainer::set_threads(bench.threads, trainer::share_of_cores(world));

  const auto task = trainer::make_task({.kind = data::TaskKind::kBinary}, {"no", "yes"}, models::OutputForm::kLogits);
  const at::Tensor records = make_records(*task, bench.samples);
  std::vector<std::int64_t> of_samples;
  for (std::int64_t i = 0; i < bench.samples; ++i) of_samples.push_back(i / bench.samples_of_patient);
  const trainer::Patients patients(of_samples);

  std::vector<double> of_figures, of_intervals;
  trainer::Report report;
  for (int round = 0; round < bench.rounds; ++round) {
    report = {};
    world.barrier();
    const auto start = Clock::now();
    std::vector<trainer::Measure> measures = task->metrics(records);
    for (trainer::Measure& measure : task->further_measures(records, {})) measures.push_back(std::move(measure));
    const auto middle = Clock::now();
    trainer::add_estimates(report, measures, patients, bench.intervals, world);
    world.barrier();
    of_figures.push_back(std::chrono::duration<double>(middle - start).count());
    of_intervals.push_back(std::chrono::duration<double>(Clock::now() - middle).count());
  }
  if (world.rank() == 0) {
    fmt::print("{} samples of {} patients, {} resamples, {} ranks of {} threads\n", bench.samples, patients.count(),
               bench.intervals.resamples, world.size(), threads);
    fmt::print("{} figures {:.3f} s, their intervals {:.3f} s\n", report.metrics.size(), median(of_figures), median(of_intervals));
  }
  return kDone;
}

}  // namespace galen::launch
