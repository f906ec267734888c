#include "trainer/run/trainer_options.h"

#include "galen/option.h"
#include "models/catalogue.h"

#include <optional>

namespace galen::trainer {

namespace {

std::string lanes_text(std::int64_t lanes) {
  if (lanes == kAutomaticLanes) return "auto";
  return lanes == kLaneForEachWorker ? "workers" : fmt::format("{}", lanes);
}

Option lanes_option(std::int64_t& lanes) {
  const auto set = [&lanes](const std::string& value) {
    if (value == "auto") {
      lanes = kAutomaticLanes;
    } else if (value == "workers") {
      lanes = kLaneForEachWorker;
    } else {
      const std::optional<std::int64_t> number = options::parse_number<std::int64_t>(value, options::at_least(1));
      if (!number) return false;
      lanes = *number;
    }
    return true;
  };
  Option option = {
      .key = "trainer.lanes",
      .meaning =
          "Parts into which each batch is cut: the same number gives the same bits on any number of workers up to it. auto: 256 parts of "
          "the training split for regressions; 8 for a batch of 64 or more, 4 from 16 on, 2 from 4 on, and more if there are more "
          "workers than that; batch normalisation "
          "uses the statistics of a lane. workers: one for each, which is fastest, but gives other bits for another number of workers. A "
          "resumed run keeps its lanes.",
      .kind = "auto, workers, or a whole number, 1 or more",
      .set = set,
      .get = [&lanes] { return lanes_text(lanes); }};
  return std::move(option).derived(RunPart::kLanes, "the run keeps its number; another one is refused");
}

}  // namespace

std::vector<Option> describe(TrainerOptions& trainer) {
  using namespace options;
  constexpr char kHowLong[] = "it only decides how long to train";
  return {
      number("trainer.batch", trainer.batch, at_least(1), "Samples in a step, over all workers.")
          .fixed("it changes the steps")
          .only_for({models::kNetworks}),
      number("trainer.epochs", trainer.epochs, at_least(1), "Passes over the training split.")
          .may_change("it only decides how long to train; the cosine schedule is stretched to it")
          .only_for({models::kNetworks}),
      number("trainer.max_steps", trainer.max_steps, at_least(0), "Ends the run after this many steps in total; 0: no limit.")
          .may_change(kHowLong),
      number("trainer.max_minutes", trainer.max_minutes, between(0, 1e8),
             "Ends the run with a checkpoint, and exit code 75, at the latest this many minutes after this start; 0: no limit.")
          .may_change(kHowLong),
      lanes_option(trainer.lanes),
      number(
          "trainer.threads", trainer.threads, at_least(0),
          "Threads of a worker; 0: OMP_NUM_THREADS, else 1. Another number gives other last bits. galen launch sets OMP_NUM_THREADS to a "
          "lane's share of a host's cores.")
          .last_bits("it orders additions"),
      choice("trainer.on_nonfinite", trainer.on_nonfinite, "Gradients that are infinite or NaN: stop ends the run; skip skips the step.")
          .may_change("both do the same until a step is not finite")
          .only_for({models::kNetworks}),
      flag("trainer.profile", trainer.profile,
           "Write a timeline of each worker to trace.json in run.folder, for chrome://tracing or ui.perfetto.dev.")
          .may_change("it only writes a log"),
  };
}

}  // namespace galen::trainer
