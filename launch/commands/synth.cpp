#include "data/synthetic/synthetic.h"
#include "galen/error.h"
#include "launch/commands/commands.h"
#include "launch/options/configuration.h"
#include "launch/options/help.h"
#include "launch/process/exit_code.h"

#include <cstdio>

namespace galen::launch {

namespace {

const Manual kSynthManual = {
    "galen synth --out FILE.h5 [--key value …]",
    "Generates a labelled data set of medical-like images: lesions of several shapes on a textured, noisy background. A "
    "convolutional network learns to distinguish the classes; a linear model on the pixels does not. Split by patient and stored in the "
    "file.",
    {
        "galen synth --out quickstart.h5",
        "galen synth --out large.h5 --samples 100000 --side 64 --channels 3 --classes 8",
        "galen synth --out hard.h5 --contrast 0.15 --noise 0.2",
    }};

std::vector<Option> synthetic_options(data::SyntheticOptions& synthetic) {
  return {
      text("out", synthetic.file, "The HDF5 file to write."),
      number("samples", synthetic.samples, at_least(1), "Number of images."),
      number("side", synthetic.side, at_least(16), "Height and width in pixels."),
      number("channels", synthetic.channels, at_least(1), "1 for grey images, 3 for colour."),
      number("classes", synthetic.classes, between(2, 32), "Number of classes."),
      number("samples-per-patient", synthetic.samples_per_patient, at_least(1), "A patient's samples share class, size and appearance."),
      number("contrast", synthetic.contrast, above(0), "Mean difference between lesion and background; black to white is 1."),
      number("noise", synthetic.noise, at_least(0), "Standard deviation of each pixel's noise; black to white is 1."),
      number("seed", synthetic.seed, any(), "Seed of images and split."),
      shares("fractions", synthetic.fractions, "Shares of train, validation and test."),
      number("compression", synthetic.compression, between(0, 9), "0: none; 1 to 9: gzip of that level."),
      flag("overwrite", synthetic.overwrite, "Replace an existing file."),
  };
}

}  // namespace

int synth(const Arguments& arguments, comm::Communicator&) {
  data::SyntheticOptions synthetic;
  Configuration configuration(synthetic_options(synthetic));
  if (asks_for_help(arguments)) {
    std::fputs(to_text(kSynthManual, configuration.options()).c_str(), stdout);
    return kDone;
  }
  configuration.read(parse_command_line(arguments, configuration.options(), /*operands=*/0));
  if (synthetic.file.empty()) throw UsageError("--out is missing. Name the file to write, such as --out quickstart.h5");

  data::write_synthetic(synthetic);
  fmt::print("{}: {} images of {}×{}×{}, {} classes ({})\nNext\n  galen inspect {}\n", synthetic.file, synthetic.samples, synthetic.side,
             synthetic.side, synthetic.channels, synthetic.classes, fmt::join(data::synthetic_class_names(synthetic.classes), ", "),
             synthetic.file);
  return kDone;
}

}  // namespace galen::launch
