#include "data/import/import.h"
#include "galen/error.h"
#include "launch/commands.h"
#include "launch/configuration.h"
#include "launch/exit_code.h"
#include "launch/help.h"

#include <cstdio>

namespace galen::launch {

namespace {

Manual manual() {
  std::string formats;
  for (const data::ImportFormat& format : data::import_formats()) formats += fmt::format("\n  {:<8} {}", format.name, format.description);
  return {"galen import SOURCE --out FILE.h5 [--key value …]",
          "Turns data in other formats into a data set of Galen's, split by patient: the source's own split where it has one, else drawn "
          "from the seed." +
              std::string("\nFormats, recognised from the content:") + formats,
          {
              "galen import breastmnist.npz --out breastmnist.h5",
              "galen import mnist/ --out mnist.h5 --fractions 0.8,0.1,0.1 --split-seed 7",
              "galen import trial.csv --out trial.h5 --target outcome --group patient --leave-out visit_date",
          }};
}

std::vector<std::string> format_names() {
  std::vector<std::string> names = {"auto"};
  for (const data::ImportFormat& format : data::import_formats()) names.push_back(format.name);
  return names;
}

std::vector<Option> import_options(data::ImportOptions& import) {
  data::TableOptions& table = import.table;
  return {
      text("out", import.file, "The HDF5 file to write."),
      choice("format", import.format, format_names(), "What the source is; auto: recognised."),
      choice("task", import.task, {"auto", "binary", "multiclass", "multilabel", "regression"},
             "What is to be learnt; auto: by the targets."),
      texts("class-names", import.class_names, "Of classes or labels, by number; empty: as the source has them."),
      number("compression", import.compression, between(0, 9), "0: none; 1 to 9: gzip of that level."),
      flag("overwrite", import.overwrite, "Replace the file where it exists."),
      choice("split", import.split.source, {"auto", "stored", "drawn"},
             "stored: the source's own; drawn: by fractions and seed; auto: stored where there is one."),
      numbers("fractions", import.split.fractions, between(0, 1), "Shares of train, validation and test of a drawn split."),
      number("split-seed", import.split.seed, any(), "Of a drawn split."),
      choice("header", table.header, {"full", "partial", "none"},
             "Tables: whether the first line names all columns, the first ones, or none."),
      texts("columns", table.columns, "Tables: names of all columns, in place of those that the header gives."),
      text("delimiter", table.delimiter,
           "Tables: between cells, one character or tab; auto: the most frequent of comma, semicolon and tab."),
      texts("target", table.target, "Tables: columns to be learnt; empty: label, target, class, diagnosis or outcome; none: unlabelled."),
      text("group", table.group, "Tables: column that tells the patient; empty: each row is one."),
      text("sample-id", table.sample_id, "Tables: column that names the sample; empty: the row's number."),
      texts("leave-out", table.leave_out, "Tables: columns to leave out."),
      texts("missing", table.missing, "Tables: spellings of a missing value, in any case."),
      flag("leave-out-unlabelled", table.leave_out_unlabelled, "Tables: leave out rows without a target; otherwise they are an error."),
  };
}

}  // namespace

int import(const Arguments& arguments, comm::Communicator&) {
  data::ImportOptions options;
  Configuration configuration(import_options(options));
  if (asks_for_help(arguments)) {
    std::fputs(to_text(manual(), configuration.options()).c_str(), stdout);
    return kDone;
  }
  const CommandLine line = parse_command_line(arguments, configuration.options(), /*operands=*/1);
  configuration.read(line);
  if (line.operands.empty())
    throw UsageError("The source is missing: galen import SOURCE --out FILE.h5, where SOURCE is a file or a folder.");
  if (options.file.empty()) throw UsageError("--out is missing. Name the file to write, such as --out data.h5");
  options.source = line.operands[0];

  std::fputs(data::describe(data::import_source(options)).c_str(), stdout);
  fmt::print("Next\n  galen inspect {}\n", options.file);
  return kDone;
}

}  // namespace galen::launch
