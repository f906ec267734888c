#include "trainer/checkpoint/checkpoint.h"

#include "galen/error.h"
#include "galen/missing_file.h"
#include "galen/terminal_text.h"
#include "launch/commands/commands.h"
#include "launch/options/configuration.h"
#include "launch/options/help.h"
#include "launch/process/exit_code.h"
#include "trainer/checkpoint/checkpoint_folder.h"
#include "trainer/checkpoint/difference.h"
#include "trainer/checkpoint/rating.h"
#include "trainer/checkpoint/store.h"

#include <cmath>
#include <cstdio>
#include <filesystem>

namespace galen::launch {

namespace {

namespace fs = std::filesystem;

const Manual kCheckpointManual = {
    "galen checkpoint list RUN | verify RUN_OR_CHECKPOINT | prune RUN | diff A B | key --out FILE  [--key value …]",
    "Lists, checks and compares the checkpoints of a run. list: steps, sizes and ratings. verify: reads every byte, and compares with "
    "the digests that "
    "were stored. prune: removes all but the newest, the best rated and the target of RUN/best, and also files left by killed programs. "
    "diff: which tensors and settings of two checkpoints differ, and by how much; exit code 1 if any does. key: makes a secret key, "
    "which "
    "galen train encrypts checkpoints with if checkpoint.key_file names it. Keep it: without it they are lost.",
    {
        "galen checkpoint list runs/quickstart",
        "galen checkpoint verify runs/quickstart",
        "galen checkpoint verify runs/secret/best --checkpoint.key_file secret.key",
        "galen checkpoint prune runs/quickstart --keep-last 1 --keep-best 0",
        "galen checkpoint diff runs/a/last runs/b/last",
        "galen checkpoint key --out secret.key",
    }};

struct CheckpointSettings {
  trainer::StoreOptions store;
  std::string out;
};

std::vector<Option> checkpoint_options(CheckpointSettings& settings) {
  return {
      text("checkpoint.key_file", settings.store.key_file, "File of the key, if checkpoints are encrypted."),
      number("keep-last", settings.store.keep_last, at_least(1), "prune: newest checkpoints that are kept."),
      number("keep-best", settings.store.keep_best, at_least(0), "prune: best rated checkpoints that are kept as well."),
      text("out", settings.out, "key: the file to write. An existing file is never overwritten."),
  };
}

std::int64_t size_of(const std::string& folder) {
  std::int64_t bytes = 0;
  for (const auto& file : fs::directory_iterator(folder)) {
    if (file.is_regular_file()) bytes += static_cast<std::int64_t>(file.file_size());
  }
  return bytes;
}

std::string mebibytes(std::int64_t bytes) { return fmt::format("{:.1f}", static_cast<double>(bytes) / (1 << 20)); }

// The links, such as RUN/best, that point to that checkpoint.
std::string links_to(const trainer::CheckpointStore& store, const std::string& folder) {
  std::string names;
  for (const auto& [link, name] : {std::pair(store.last(), "last"), std::pair(store.best(), "best")}) {
    std::error_code dangles;
    if (fs::equivalent(link, folder, dangles)) names += fmt::format("{}{}", names.empty() ? "" : ", ", name);
  }
  return names;
}

// RUN may be mistyped, or a checkpoint.
void expect_run(const std::string& folder) {
  if (fs::is_directory(folder + "/checkpoints")) return;
  throw UsageError("{}: is not the folder of a run: {}/checkpoints does not exist. Name a run's folder.", folder, folder);
}

void list_checkpoint(const trainer::CheckpointStore& store, const std::string& folder) {
  const std::int64_t step = *trainer::step_of(folder);
  std::string epoch = "–";
  std::string value = "–";
  std::string remark = links_to(store, folder);
  const bool encrypted = trainer::is_encrypted(folder);
  if (encrypted) remark += remark.empty() ? "encrypted" : ", encrypted";
  if (!encrypted || store.key() != nullptr) {
    try {
      epoch = fmt::format("{}", trainer::Checkpoint(folder, store.key()).manifest().state.epoch);
      const auto rating = trainer::read_rating(folder, step, store.key());
      if (rating && std::isfinite(rating->value)) value = fmt::format("{:.6g}", rating->value);
    } catch (const Error& error) {
      remark = error.what();
    }
  }
  fmt::print("{:>10} {:>8} {:>10} {:>12}  {}\n", step, epoch, mebibytes(size_of(folder)), value, remark);
}

int list(const trainer::CheckpointStore& store, const std::string& run) {
  expect_run(run);
  const std::vector<std::string> folders = store.newest_first();
  if (folders.empty()) {
    fmt::print("{}: has no checkpoint.\n", run);
    return kDone;
  }
  fmt::print("{:>10} {:>8} {:>10} {:>12}\n", "step", "epochs", "MiB", "rating");
  for (const std::string& folder : folders) list_checkpoint(store, folder);
  return kDone;
}

// Reports all problems of a run, not only the first.
int verify(const trainer::CheckpointStore& store, const std::string& folder) {
  if (!fs::exists(folder)) throw MissingFile("{}: the folder does not exist. Name the folder of a run or a checkpoint.", folder);
  const bool run = fs::is_directory(folder + "/checkpoints");
  std::vector<std::string> folders = {folder};
  if (run) {
    folders = store.newest_first();
    for (const std::string& link : {store.last(), store.best()}) {
      if (fs::is_symlink(link) && !fs::exists(link)) folders.push_back(link);
    }
  }
  if (folders.empty()) throw Error("{}: has no checkpoint.", folder);
  std::vector<std::string> problems;
  for (const std::string& checkpoint : folders) {
    if (store.key() == nullptr && trainer::is_encrypted(checkpoint)) {
      throw Error("{}: is encrypted. Name the key with --checkpoint.key_file.", checkpoint);
    }
    try {
      trainer::Checkpoint(checkpoint, store.key()).check();
      fmt::print("{}: whole, {} MiB\n", checkpoint, mebibytes(size_of(checkpoint)));
    } catch (const Error& error) {
      problems.push_back(error.what());
      fmt::print("{}\n", wrap(error.what(), 2));
    }
  }
  if (problems.empty()) return kDone;
  std::fflush(stdout);
  throw Error("{}: {}", folder,
              run ? fmt::format("{} of {} checkpoints and links are not whole.", problems.size(), folders.size()) : "is not whole.");
}

int prune(const trainer::CheckpointStore& store, const std::string& run, int keep_best) {
  expect_run(run);
  for (const std::string& folder : store.newest_first()) {
    if (keep_best == 0 || store.key() != nullptr || !trainer::is_encrypted(folder)) continue;
    throw Error("{}: is encrypted, and so is its rating. Name the key with --checkpoint.key_file, or ignore ratings: --keep-best 0.",
                folder);
  }
  for (const std::string& folder : store.prune()) fmt::print("{}: removed\n", folder);
  return kDone;
}

std::string of_tensor(const trainer::TensorDifference& tensor) {
  if (!tensor.reason.empty()) return fmt::format("{} {}", tensor.name, tensor.reason);
  return fmt::format("{} differs in {} of {} elements, by {:.3g} at most ({:.3g} of its largest)", tensor.name, tensor.elements, tensor.of,
                     tensor.largest, tensor.relative);
}

int diff(const trainer::CheckpointStore& store, const std::string& first, const std::string& second) {
  const trainer::Difference found = trainer::difference(trainer::Checkpoint(first, store.key()), trainer::Checkpoint(second, store.key()));
  for (const trainer::TensorDifference& tensor : found.tensors) fmt::print("{}\n", of_tensor(tensor));
  for (const auto& [key, before, after] : found.manifest) {
    fmt::print("{}: {} | {}\n", key, before.empty() ? "–" : before, after.empty() ? "–" : after);
  }
  if (found.none()) fmt::print("The same: {} tensors and all settings.\n", found.tensors_compared);
  return found.none() ? kDone : kFailed;
}

int make_key(const CheckpointSettings& settings) {
  if (settings.out.empty()) throw UsageError("--out is missing. Name the file to write, such as --out secret.key");
  trainer::make_checkpoint_key(settings.out);
  fmt::print("{}: a new key. Keep a copy in a safe place: without it, what it encrypted is lost.\n", settings.out);
  return kDone;
}

}  // namespace

int checkpoint(const Arguments& arguments, comm::Communicator&) {
  CheckpointSettings settings;
  Configuration configuration(checkpoint_options(settings));
  if (asks_for_help(arguments)) {
    std::fputs(to_text(kCheckpointManual, configuration.options()).c_str(), stdout);
    return kDone;
  }
  const CommandLine line = parse_command_line(arguments, configuration.options(), /*operands=*/3);
  configuration.read(line);
  const std::string what = line.operands.empty() ? "" : line.operands[0];
  const std::vector<std::string> folders(line.operands.begin() + (line.operands.empty() ? 0 : 1), line.operands.end());
  const auto expect = [&](std::size_t count, const char* usage) {
    if (folders.size() != count) throw UsageError("{} takes {} folder{}: {}", what, count, count == 1 ? "" : "s", usage);
  };

  if (what != "prune") configuration.refuse({"keep-last", "keep-best"}, "is for galen checkpoint prune");
  if (what != "key") configuration.refuse({"out"}, "is for galen checkpoint key");
  if (what == "key") {
    configuration.refuse({"checkpoint.key_file"}, "has no effect when a key is made; --out names its file");
    expect(0, "galen checkpoint key --out FILE");
    return make_key(settings);
  }
  const trainer::CheckpointStore store(folders.empty() ? "" : folders[0], settings.store);
  if (what == "list") {
    expect(1, "galen checkpoint list RUN");
    return list(store, folders[0]);
  }
  if (what == "verify") {
    expect(1, "galen checkpoint verify RUN_OR_CHECKPOINT");
    return verify(store, folders[0]);
  }
  if (what == "prune") {
    expect(1, "galen checkpoint prune RUN --keep-last N --keep-best K");
    return prune(store, folders[0], settings.store.keep_best);
  }
  if (what == "diff") {
    expect(2, "galen checkpoint diff A B");
    return diff(store, folders[0], folders[1]);
  }
  throw UsageError("Name an action on checkpoints{}: list, verify, prune, diff or key. See galen checkpoint --help.",
                   what.empty() ? "" : ", not " + what);
}

}  // namespace galen::launch
