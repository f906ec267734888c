#pragma once

#include "comm/communicator.h"
#include "launch/options/arguments.h"

#include <string>
#include <vector>

namespace galen::launch {

/// One of galen's commands.
struct Command {
  std::string name;
  std::string summary;
  bool parallel;                                            ///< runs on all workers of mpirun; otherwise on one only
  int (*run)(const Arguments&, comm::Communicator& world);  ///< returns the exit code; collective over `world`
  bool patient = false;                                     ///< a rank may work for a long time while the others wait: see comm::Waits
  bool keeps_results = false;                               ///< its printed results are also in files
};

const std::vector<Command>& commands();

/// The command of that name, which runs on several workers; throws galen::UsageError if there is none.
const Command& find_launchable(const std::string& name);

int launch(const Arguments& arguments, comm::Communicator& world);
int train(const Arguments& arguments, comm::Communicator& world);
int evaluate(const Arguments& arguments, comm::Communicator& world);
int predict(const Arguments& arguments, comm::Communicator& world);
int import(const Arguments& arguments, comm::Communicator& world);
int inspect(const Arguments& arguments, comm::Communicator& world);
int synth(const Arguments& arguments, comm::Communicator& world);
int checkpoint(const Arguments& arguments, comm::Communicator& world);
int bench(const Arguments& arguments, comm::Communicator& world);
int status(const Arguments& arguments, comm::Communicator& world);
int audit(const Arguments& arguments, comm::Communicator& world);
int doctor(const Arguments& arguments, comm::Communicator& world);

}  // namespace galen::launch
