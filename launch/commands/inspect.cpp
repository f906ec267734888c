#include "data/inspect.h"
#include "data/integrity.h"

#include "galen/error.h"
#include "launch/commands.h"
#include "launch/configuration.h"
#include "launch/exit_code.h"
#include "launch/help.h"
#include "launch/options.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>

namespace galen::launch {

namespace {

const Manual kManual = {"galen inspect FILE.h5 [--key value …]",
                        "Shows what a data set holds: shape, type, chunks and compression, classes and their counts in each split, "
                        "patients, missing values, mean and deviation.",
                        {
                            "galen inspect quickstart.h5",
                            "galen inspect quickstart.h5 --json",
                            "galen inspect quickstart.h5 --verify",
                            "galen inspect mine.h5 --data.input /x --data.target /y --data.layout nhwc",
                        }};

// All damaged samples are known at the end; a person wants to see some of them.
void verify(const std::string& file) {
  constexpr std::size_t kMostNamed = 20;
  const data::Verification found = data::verify(file);
  if (found.damaged.empty()) {
    fmt::print("{}: verified {} blocks of {}\n", file, found.blocks, fmt::join(found.arrays, ", "));
    return;
  }
  const std::vector<std::string> named(found.damaged.begin(),
                                       found.damaged.begin() + static_cast<std::ptrdiff_t>(std::min(kMostNamed, found.damaged.size())));
  const std::size_t others = found.damaged.size() - named.size();
  throw Error("{}: is damaged. Not as they were written are {}{}. Copy or import the file again.", file, fmt::join(named, "; "),
              others == 0 ? "" : fmt::format("; and {} more", others));
}

}  // namespace

int inspect(const Arguments& arguments, comm::Communicator&) {
  data::DatasetOptions dataset;
  bool json = false;
  bool only_verify = false;
  std::vector<Option> options = dataset_options(dataset);
  options.push_back(flag("json", json, "Print JSON, for programs."));
  options.push_back(
      flag("verify", only_verify, "Instead read every sample, and compare with the digests that were stored when it was written."));
  Configuration configuration(std::move(options));
  if (asks_for_help(arguments)) {
    std::fputs(to_text(kManual, configuration.options()).c_str(), stdout);
    return kDone;
  }
  const CommandLine line = parse_command_line(arguments, configuration.options(), /*operands=*/1);
  configuration.read(line);
  if (!line.operands.empty()) dataset.file = line.operands[0];
  if (dataset.file.empty()) throw UsageError("The file is missing: galen inspect FILE.h5");

  if (only_verify) {
    verify(dataset.file);
    return kDone;
  }
  const data::Inspection inspection = data::inspect(dataset);
  std::fputs((json ? data::to_json(inspection).dump(2) + "\n" : data::describe(inspection)).c_str(), stdout);
  return kDone;
}

}  // namespace galen::launch
