#pragma once

#include "comm/communicator.h"
#include "launch/commands/commands.h"
#include "launch/options/configuration.h"
#include "launch/options/help.h"
#include "launch/options/option.h"
#include "trainer/experiment.h"

#include <functional>
#include <vector>

namespace galen::launch {

/// galen bench checkpoint: training with and without checkpoints, alternating. Collective.
int bench_checkpoint(const Arguments& arguments, comm::Communicator& world);

/// galen bench comm: collectives of several sizes, Galen's and MPI's alternating. Collective.
int bench_comm(const Arguments& arguments, comm::Communicator& world);

/// galen bench data: paths from a file to a batch, alternating. Rank 0 works, the others do nothing.
int bench_data(const Arguments& arguments, comm::Communicator& world);

/// galen bench evaluation: a report's metrics and intervals over synthetic predictions. Collective.
int bench_evaluation(const Arguments& arguments, comm::Communicator& world);

/// galen bench linear: the speed of a regression. Collective.
int bench_linear(const Arguments& arguments, comm::Communicator& world);

/// galen bench train: the speed of a training run. Collective.
int bench_train(const Arguments& arguments, comm::Communicator& world);

/// Reads the command line of a benchmark that does not train, and sets the deadline of `world` from its options. False if help was
/// requested and printed. Throws galen::UsageError for mistakes.
bool read_bench(const Arguments& arguments, const Manual& manual, Configuration& configuration, const double& deadline,
                comm::Communicator& world);

/// Reads the command line of a benchmark that trains: its `own` options and those of galen train. False if help was requested and printed.
/// Throws galen::UsageError for mistakes.
bool read_training_bench(const Arguments& arguments, const Manual& manual, std::vector<Option> own, trainer::ExperimentOptions& experiment,
                         const comm::Communicator& world);

/// Wall-clock time of `work`.
double seconds_of(const std::function<void()>& work);

/// The upper one if their number is even; needs at least one value.
double median(std::vector<double> values);

}  // namespace galen::launch
