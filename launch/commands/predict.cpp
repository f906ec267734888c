#include "galen/error.h"
#include "launch/audit/actor.h"
#include "launch/audit/hashes.h"
#include "launch/audit/run_audit.h"
#include "launch/commands/commands.h"
#include "launch/commands/predictions_file.h"
#include "launch/options/help.h"
#include "launch/options/prediction_options.h"
#include "launch/process/exit_code.h"
#include "launch/process/first_rank.h"

#include <cstdio>

namespace galen::launch {

namespace {

const Manual kPredictManual = {
    "galen predict --checkpoint RUN/best --out FILE.csv|FILE.h5 [--key value …]",
    "Applies a checkpoint to data, labelled or not, and writes one row for each sample: its id, its patient, the "
    "probabilities (or values, in the target's own units), the predicted "
    "class, and the label if it is known. The audit log of the checkpoint's run records it.",
    {
        "galen predict --checkpoint runs/quickstart/best --data.file new_patients.h5 --out predictions.csv",
        "mpirun -np 2 galen predict --checkpoint runs/quickstart/best --data.split test --out test.h5",
    }};

struct PredictSettings {
  trainer::DatasetPredictionOptions prediction;
  std::string out;
  bool overwrite = false;
  std::string audit_key_file;
};

std::vector<Option> predict_options(PredictSettings& settings) {
  std::vector<Option> options = prediction_options(settings.prediction);
  options.push_back(text("out", settings.out, "File to write: .csv, or HDF5 as .h5 or .hdf5."));
  options.push_back(flag("overwrite", settings.overwrite, "Replace an existing file."));
  options.push_back(audit_key_option(settings.audit_key_file));
  return options;
}

}  // namespace

int predict(const Arguments& arguments, comm::Communicator& world) {
  PredictSettings settings;
  settings.prediction.subset = "all";
  Configuration configuration(predict_options(settings));
  if (asks_for_help(arguments)) {
    std::fputs(to_text(kPredictManual, configuration.options()).c_str(), stdout);
    return kDone;
  }
  const CommandLine line = parse_command_line(arguments, configuration.options(), /*operands=*/0);
  trainer::IntervalOptions unused;
  read_prediction(configuration, line, settings.prediction, unused);
  if (settings.out.empty()) throw UsageError("--out is missing. Name the file to write, such as --out predictions.csv");
  on_first_rank(world, [&] {
    check_predictions_file(settings.out, settings.overwrite);
    check_audit_key(settings.prediction.checkpoint, settings.audit_key_file);
  });

  PredictionsFile file(settings.out, world);
  const trainer::DatasetPrediction done = trainer::predict_dataset(
      settings.prediction, world, nullptr,
      [&](const trainer::DatasetPrediction& prediction, const trainer::PredictedBatch& batch) { file.add(prediction, batch); });
  const std::string digest = file.finish(done);
  if (world.rank() == 0) {
    tell_notes(done);
    fmt::print("{} predictions of {} written to {}\n", done.samples, settings.prediction.checkpoint, settings.out);
    audit_prediction("predicted", settings.prediction, *done.dataset, digest, settings.audit_key_file, actor("predict", arguments));
  }
  return kDone;
}

}  // namespace galen::launch
