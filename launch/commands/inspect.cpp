#include "data/inspect.h"

#include "galen/error.h"
#include "launch/commands.h"
#include "launch/configuration.h"
#include "launch/exit_code.h"
#include "launch/help.h"
#include "launch/options.h"

#include <nlohmann/json.hpp>

#include <cstdio>

namespace galen::launch {

namespace {

const Manual kManual = {"galen inspect FILE.h5 [--key value …]",
                        "Shows what a data set holds: shape, type, chunks and compression, classes and their counts in each split, "
                        "patients, missing values, mean and deviation.",
                        {
                            "galen inspect quickstart.h5",
                            "galen inspect quickstart.h5 --json",
                            "galen inspect mine.h5 --data.input /x --data.target /y --data.layout nhwc",
                        }};

}  // namespace

int inspect(const Arguments& arguments, comm::Communicator&) {
  data::DatasetOptions dataset;
  bool json = false;
  std::vector<Option> options = dataset_options(dataset);
  options.push_back(flag("json", json, "Print JSON, for programs."));
  Configuration configuration(std::move(options));
  if (asks_for_help(arguments)) {
    std::fputs(to_text(kManual, configuration.options()).c_str(), stdout);
    return kDone;
  }
  const CommandLine line = parse_command_line(arguments, configuration.options(), /*operands=*/1);
  configuration.read(line);
  if (!line.operands.empty()) dataset.file = line.operands[0];
  if (dataset.file.empty()) throw UsageError("The file is missing: galen inspect FILE.h5");

  const data::Inspection inspection = data::inspect(dataset);
  std::fputs((json ? data::to_json(inspection).dump(2) + "\n" : data::describe(inspection)).c_str(), stdout);
  return kDone;
}

}  // namespace galen::launch
