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

/// galen bench checkpoint: training with and without checkpoints, in turn. Collective.
int bench_checkpoint(const Arguments& arguments, comm::Communicator& world);

/// galen bench comm: collectives of several sizes, ours and MPI's in turn. Collective.
int bench_comm(const Arguments& arguments, comm::Communicator& world);

/// galen bench data: ways from a file to a batch, in turn. Rank 0 works, the others do nothing.
int bench_data(const Arguments& arguments, comm::Communicator& world);

/// galen bench evaluation: a report's figures and intervals over made-up predictions. Collective.
int bench_evaluation(const Arguments& arguments, comm::Communicator& world);

/// galen bench linear: a regression against the clock. Collective.
int bench_linear(const Arguments& arguments, comm::Communicator& world);

/// galen bench train: a training run against the clock. Collective.
int bench_train(const Arguments& arguments, comm::Communicator& world);

/// Reads the command line of one that does not train, and gives `world` the deadline that its options fill in. False where help was asked
/// for, and is given. Mistakes throw galen::UsageError.
bool read_bench(const Arguments& arguments, const Manual& manual, Configuration& configuration, const double& deadline,
                comm::Communicator& world);

/// Reads the command line of one that trains: its `own` options and those of galen train. False where help was asked for, and is given.
/// Mistakes throw galen::UsageError.
bool read_training_bench(const Arguments& arguments, const Manual& manual, std::vector<Option> own, trainer::ExperimentOptions& experiment,
                         const comm::Communicator& world);

/// The wall clock's.
double seconds_of(const std::function<void()>& work);

/// The upper one of an even number; at least one value.
double median(std::vector<double> values);

}  // namespace galen::launch
