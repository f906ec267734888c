#include "comm/collectives.h"
#include "data/import/option_rules.h"
#include "galen/error.h"
#include "launch/commands/commands.h"
#include "launch/commands/import_options.h"
#include "launch/options/configuration.h"
#include "launch/options/experiment_options.h"
#include "launch/options/help.h"
#include "launch/process/exit_code.h"
#include "trainer/logs/progress.h"
#include "trainer/logs/terminal_line.h"

#include <chrono>
#include <cstdio>
#include <map>

namespace galen::launch {

namespace {

Manual import_manual() {
  std::string formats;
  for (const data::ImportFormat& format : data::import_formats()) formats += fmt::format("\n  {:<8} {}", format.name, format.description);
  return {
      "galen import SOURCE --out FILE.h5 [--key value …]",
      "Converts data in other formats into a data set, split by patient: the source's own split if it has one, else drawn "
      "from the seed. Under mpirun many files are read by all workers; an interrupted import continues when it is "
      "started again. --repack rewrites a data set with another layout." +
          std::string("\nFormats, recognised from the content:") + formats,
      {
          "galen import breastmnist.npz --out breastmnist.h5",
          "galen import mnist/ --out mnist.h5 --fractions 0.8,0.1,0.1 --split-seed 7",
          "mpirun -np 4 galen import xrays/ --out xrays.h5 --size 224,224 --grey",
          "galen import photos/ --table photos.csv --target diagnosis --group patient --out photos.h5",
          "galen import nuclei/ --out nuclei.h5 --size 256,256",
          "galen import scan.png --out scan.h5 --grey",
          "galen import old.h5 --repack --compression 4 --out new.h5",
          "galen import notes.csv --out notes.h5 --text report --target finding --max-length 256",
          "galen import mitdb/ --out beats.h5 --beats aami",
          "galen import ct/ --out ct.h5 --series --size 64,256,256 --pseudonym-key-file key",
          "galen import hippocampus/ --out hippocampus.h5 --size 40,56,48",
          "galen import trial.csv --out trial.h5 --target outcome --group patient --leave-out ward --categorical stage",
          "galen import chexpert/ --table train.csv --target 'Edema,Fracture' --unlabelled -1=ignore,blank=negative --size 224,224 --grey "
          "--out chexpert.h5",
          "galen import new.csv --out new.h5 --like trial.h5",
      }};
}

using ProgressCallback = decltype(data::ImportWorkers::progress);

/// Progress such as "decoded 1200 of 5000 samples, 410/s, 9 s left", on the terminal's line.
ProgressCallback progress_on(trainer::TerminalLine& line) {
  line.is_due();  // nothing is shown for work that ends at once
  struct Phase {
    std::string what;
    std::int64_t first = 0;
    std::chrono::steady_clock::time_point start;
  };
  return [&line, phase = Phase()](const char* what, std::int64_t done, std::int64_t total) mutable {
    const auto now = std::chrono::steady_clock::now();
    if (phase.what != what) phase = {what, done, now};
    if (!line.is_due() || done == phase.first) return;
    const std::chrono::duration<double> elapsed = now - phase.start;
    const double rate = static_cast<double>(done - phase.first) / elapsed.count();
    const std::chrono::duration<double> left(static_cast<double>(total - done) / rate);
    line.show(fmt::format("{} {} of {} samples, {:.0f}/s, {} left", what, done, total, rate,
                          trainer::format_duration(std::chrono::round<std::chrono::seconds>(left))));
  };
}

data::ImportWorkers workers_of(comm::Communicator& world, trainer::TerminalLine& line) {
  data::ImportWorkers workers;
  workers.rank = world.rank();
  workers.size = world.size();
  workers.barrier = [&world] { world.barrier(); };
  workers.broadcast = [&world](const std::string& text) { return comm::broadcast(world, text, 0); };
  workers.all_gather = [&world](const std::string& text) { return comm::all_gather(world, text); };
  if (world.rank() == 0) workers.progress = progress_on(line);
  return workers;
}

void import_source(ImportCommand& command, const std::map<std::string, std::string>& record, comm::Communicator& world) {
  command.import.record = record;
  data::ImportReport report;
  {
    trainer::TerminalLine line(stdout);
    report = data::import_source(command.import, workers_of(world, line));
  }
  if (world.rank() == 0) std::fputs(data::describe(report).c_str(), stdout);
}

void repack(ImportCommand& command, comm::Communicator& world) {
  data::RepackOptions& options = command.layout;
  options.source = command.import.source;
  options.file = command.import.file;
  options.overwrite = command.import.overwrite;
  options.external = command.import.external;
  options.compression = command.import.compression;
  if (world.rank() == 0) {
    std::string text;
    {
      trainer::TerminalLine line(stdout);
      text = data::repack(options, progress_on(line));
    }
    std::fputs(text.c_str(), stdout);
  }
  world.barrier();
}

}  // namespace

int import(const Arguments& arguments, comm::Communicator& world) {
  ImportCommand command;
  Configuration configuration(import_options(command));
  if (asks_for_help(arguments)) {
    std::fputs(to_text(import_manual(), configuration.options()).c_str(), stdout);
    return kDone;
  }
  const CommandLine line = parse_command_line(arguments, configuration.options(), /*operands=*/1);
  configuration.read(line);
  if (line.operands.empty())
    throw UsageError("The source is missing: galen import SOURCE --out FILE.h5, where SOURCE is a file or a folder.");
  if (command.import.file.empty()) throw UsageError("--out is missing. Name the file to write, such as --out data.h5");
  command.import.source = line.operands[0];

  command.import.written = configuration.written();
  for (const char* key : {"out", "comm.deadline"}) command.import.written.erase(key);
  world.set_deadline(to_milliseconds(command.deadline));
  if (command.repack) {
    data::check_written_options(command.import, data::kRepacking);
    repack(command, world);
  } else {
    std::map<std::string, std::string> record = record_of(configuration.options());
    record.erase("comm.deadline");  // the data set does not depend on it
    import_source(command, record, world);
  }
  if (world.rank() == 0) fmt::print("Next\n  galen inspect {}\n", command.import.file);
  return kDone;
}

}  // namespace galen::launch
