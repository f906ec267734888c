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
      {"inspect", "show what a data set holds", false, inspect},
      {"synth", "make a labelled data set of medical-like images", false, synth},
      {"launch", "start one of these on several workers, again after failures", false, launch, /*patient=*/false, /*keeps_results=*/true},
      {"checkpoint", "list, verify, prune and compare checkpoints; make a key to encrypt them", false, checkpoint},
      {"bench", "measure training, the exchange of gradients, loading, or checkpoints", true, bench,
       /*patient=*/true},
      {"status", "show how far a run is, while it goes on and afterwards", false, status},
      {"audit", "check or show who ran what on which data", false, audit},
      {"doctor", "show what this machine offers, and what is wrong with it", false, doctor},
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
  throw UsageError("{} is no command that runs on several workers.{} Those are {}.", name, did_you_mean(name, names),
                   fmt::join(names, ", "));
}

}  // namespace galen::launch
