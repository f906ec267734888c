#include "data/inspection/inspect.h"

#include "data/files/file_list.h"
#include "data/files/integrity.h"
#include "data/inspection/contact_sheet.h"
#include "data/inspection/foreign_file.h"
#include "data/preparation/fill_notes.h"
#include "data/transforms/catalogue.h"
#include "galen/error.h"
#include "launch/commands/commands.h"
#include "launch/options/configuration.h"
#include "launch/options/experiment_options.h"
#include "launch/options/help.h"
#include "launch/process/exit_code.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>

namespace galen::launch {

namespace {

Manual inspect_manual() {
  std::string names;
  for (const data::TransformHelp& transform : data::transform_help()) {
    const char* lists = transform.prepare && transform.augment ? "both   " : transform.prepare ? "prepare" : "augment";
    names += fmt::format("\n  {}  {}: {}", lists, transform.usage, transform.meaning);
  }
  return {
      "galen inspect FILE.h5 [--key value …]",
      "Shows the contents of a data set: shape, type, chunks and compression, classes and their counts in each split, patients, masks, "
      "missing values, mean and deviation. With --show N, draws N samples instead: above as stored, below as a model sees them in "
      "training.\n"
      "For a file of another program, it prints the keys to train on it; --write-schema makes them unnecessary. The schema: samples "
      "in /samples/image [N, C, H, W] or [N, C, D, H, W], /samples/signal [N, C, T] or /samples/tabular [N, F]; /samples/label with the "
      "attributes task and class_names; /samples/group_id, the patient; /samples/split, 0 train, 1 validation, 2 test; /samples/sample_id; "
      "the file's attribute schema_version = 1. docs/data.md has ten lines of h5py that write such a file.\n"
      "Transforms, for data.prepare (always applied), data.augment (random, in training, with p=0.5 to half of the samples), or both:" +
          names +
          "\nfill is the value outside of a sample: a number in the units of the values at that point of the list (HU, before a "
          "window), min (the smallest value of the sample's channel) or edge (the value of the nearest cell). Masks have 0 there, or the "
          "label "
          "of "
          "the edge.",
      {
          "galen inspect quickstart.h5",
          "galen inspect quickstart.h5 --json",
          "galen inspect quickstart.h5 --show 24 --out sheet.png --data.augment 'flip(horizontal); rotate(15)'",
          "galen inspect mine.h5 --data.input /x --data.target /y --data.layout nhwc",
          "galen inspect mine.h5 --data.input /x --data.target /y --data.patient /pid --write-schema",
      }};
}

// All damaged samples are found; only the first ones are named.
void verify(const std::string& file, data::hdf5::External external) {
  constexpr std::size_t kMostNamed = 20;
  const data::Verification found = data::verify(file, external);
  if (found.damaged.empty()) {
    fmt::print("{}: verified {} blocks of {}\n", file, found.blocks, fmt::join(found.arrays, ", "));
    if (!found.without.empty()) {
      fmt::print("{}: not verified, because they were written without digests: {}\n", file, fmt::join(found.without, ", "));
    }
    return;
  }
  const std::vector<std::string> named(found.damaged.begin(),
                                       found.damaged.begin() + static_cast<std::ptrdiff_t>(std::min(kMostNamed, found.damaged.size())));
  const std::size_t others = found.damaged.size() - named.size();
  throw Error("{}: is damaged. Changed since they were written: {}{}. Copy or import the file again.", file, fmt::join(named, "; "),
              others == 0 ? "" : fmt::format("; and {} more", others));
}

/// The options of galen inspect.
struct InspectCommand {
  data::DatasetOptions dataset;
  data::ContactSheetOptions sheet;
  bool json = false;
  bool only_verify = false;
  bool adds_schema = false;
};

std::vector<Option> inspect_options(InspectCommand& command) {
  std::vector<Option> options = describe(command.dataset);
  data::ContactSheetOptions& sheet = command.sheet;
  options.push_back(flag("json", command.json, "Print JSON, for programs."));
  options.push_back(
      flag("verify", command.only_verify, "Instead read every sample, and compare it with the digest stored when it was written."));
  options.push_back(
      flag("write-schema", command.adds_schema,
           "Instead add the schema to the file, so that it needs no keys: links under /samples to its arrays, numbered labels "
           "and splits if they are not numbered, and attributes. A new file is written in the same folder, and replaces it at the end."));
  options.push_back(number("show", sheet.samples, at_least(0), "Samples to draw, evenly spaced in the data set."));
  options.push_back(text("out", sheet.file, "show: the PNG file to write."));
  options.push_back(flag("overwrite", sheet.overwrite, "show: replace an existing file."));
  options.push_back(text("data.prepare", sheet.transforms.prepare, "show: transforms of every sample, such as 'resize(64, 64); grey'."));
  options.push_back(text("data.augment", sheet.transforms.augment, "show: random transforms, such as 'flip(horizontal); rotate(15)'."));
  options.push_back(number("seed", sheet.seed, any(), "show: seed of the random transforms."));
  return options;
}

// Keys of the command's other modes.
void refuse_other_modes(const InspectCommand& command, const Configuration& configuration) {
  if (command.only_verify) {
    configuration.refuse({"json", "show", "write-schema", "data.input", "data.target", "data.layout", "data.verify", "data.patient",
                          "data.split", "data.sample_id"},
                         "has no effect with --verify, which reads all arrays that have digests");
  }
  if (command.sheet.samples == 0) {
    configuration.refuse({"out", "overwrite", "seed", "data.prepare", "data.augment"},
                         "is for pictures of samples: set their number with --show N");
  } else {
    configuration.refuse({"json", "write-schema", "data.patient", "data.split", "data.sample_id"},
                         "has no effect with --show, which draws samples");
    if (command.sheet.transforms.augment.empty()) configuration.refuse({"seed"}, "is for random transforms: name them with --data.augment");
  }
  if (command.adds_schema) configuration.refuse({"json"}, "has no effect with --write-schema");
}

void draw(const InspectCommand& command) {
  const data::ContactSheetOptions& sheet = command.sheet;
  if (sheet.file.empty()) throw UsageError("--out is missing. Name the picture to write, such as --out sheet.png");
  const data::Dataset dataset(command.dataset);
  data::write_contact_sheet(dataset, sheet);
  fmt::print("{}: {} samples, above as stored, below as a model sees them in training.\n", sheet.file, sheet.samples);
  for (const std::string& note : data::fill_notes(sheet.transforms, dataset)) fmt::print("note: {}\n", note);
}

void describe(const InspectCommand& command) {
  const bool foreign = data::is_foreign(command.dataset);
  const data::DatasetOptions dataset = foreign ? data::with_likely_keys(command.dataset) : command.dataset;
  const std::string training = foreign ? data::training_line(dataset) : "";
  if (foreign && !command.json && !dataset.input.empty()) {
    fmt::print("This file does not have Galen's schema. Train on it with\n  {}\n\n", training);
  }
  if (command.adds_schema) {
    fmt::print("{}: added\n{}", dataset.file, data::write_schema(dataset));
    return;
  }
  const data::Inspection inspection = data::inspect(dataset);
  nlohmann::json described = data::to_json(inspection);
  if (foreign) described["training"] = training;
  std::fputs((command.json ? described.dump(2) + "\n" : data::describe(inspection)).c_str(), stdout);
}

}  // namespace

int inspect(const Arguments& arguments, comm::Communicator&) {
  InspectCommand command;
  Configuration configuration(inspect_options(command));
  if (asks_for_help(arguments)) {
    std::fputs(to_text(inspect_manual(), configuration.options()).c_str(), stdout);
    return kDone;
  }
  const CommandLine line = parse_command_line(arguments, configuration.options(), /*operands=*/1);
  configuration.read(line);
  if (!line.operands.empty()) command.dataset.file = line.operands[0];
  if (command.dataset.file.empty()) throw UsageError("The file is missing: galen inspect FILE.h5");
  refuse_other_modes(command, configuration);
  if (command.sheet.samples > 0) {
    draw(command);
  } else if (command.only_verify) {
    for (const std::string& file : data::file_list(command.dataset.file)) verify(file, command.dataset.external);
  } else {
    describe(command);
  }
  return kDone;
}

}  // namespace galen::launch
