#include "galen/error.h"
#include "launch/options/configuration.h"
#include "launch/options/experiment_options.h"
#include "tests/fuzz/input_file.h"
#include "tests/fuzz/target.h"
#include "trainer/experiment.h"
#include "trainer/options/run_options.h"

std::vector<std::string> galen::test::fuzz_seeds() {
  return {
      "device = cpu\n[data]\nfile = a.h5 # a comment\nfractions = 0.7,0.1,0.2\n\n[trainer]\nbatch = 64\n[model]\nname = cnn28\nbatch_norm "
      "= true\n",
      "[optimizer]\nlearning_rate = 1e-3\n[run]\nseed = 18446744073709551615\n"};
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const galen::test::InputFile file("input.cfg");
  galen::trainer::ExperimentOptions experiment;
  galen::launch::Configuration configuration(galen::trainer::run_options(experiment));
  try {
    configuration.read_file(file.write(galen::test::as_text(data, size)));
  } catch (const galen::Error&) {
  }
  return 0;
}
