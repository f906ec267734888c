#include "launch/commands/commands.h"

#include "galen/error.h"
#include "launch/options/suggestion.h"

namespace galen::launch {

const std::vector<Command>& commands() {
  static const std::vector<Command> kCommands = {
      {"train", "train a model, with checkpoints, validation and a final report", true, train, /*patient=*/false,
       /*keeps_results=*/true},
      {"evaluate", "measure a checkpoint on labelled data, with 95 % intervals", true, evaluate},
      {"predict", "apply a checkpoint to data; probabilities as CSV or HDF5", true, predict},
      {"import", "turn images, DICOM, NIfTI, ECG, tables or texts into a data set, without identities", true, import,
       /*patient=*/true},
      {"inspect", "show the contents of a data set", false, inspect},
      {"synth", "make a labelled data set of medical-like images", false, synth},
      {"launch", "start one of these on several workers, and restart it after failures", false, launch, /*patient=*/false,
       /*keeps_results=*/true},
      {"checkpoint", "list, verify, prune and compare checkpoints; make a key to encrypt them", false, checkpoint},
      {"bench", "measure training, the exchange of gradients, loading, or checkpoints", true, bench,
       /*patient=*/true},
      {"status", "show the progress of a run, during and after it", false, status},
      {"audit", "check or show who ran what on which data", false, audit},
      {"doctor", "show this machine's resources, and problems with them", false, doctor},
  };
  return kCommands;
}

const Command& find_launchable(const std::string& name) {
  std::vector<std::string> names;
  for (const Command& command : commands()) {
    if (!command.parallel) continue;
    if (command.name == name) return command;
    names.push_back(command.name);
  }
  throw UsageError("{} is not a command that runs on several workers.{} Those commands are {}.", name, did_you_mean(name, names),
                   fmt::join(names, ", "));
}

}  // namespace galen::launch
