#include "launch/run_folder.h"

#include "galen/error.h"
#include "launch/first_rank.h"
#include "trainer/checkpoint/whole_file.h"

#include <filesystem>
#include <string_view>
#include <vector>

namespace galen::launch {

namespace {

namespace fs = std::filesystem;

bool is_written_by_runs(const fs::path& entry) {
  const std::string name = entry.filename().string();
  return name == "config.cfg" || name == "metrics.jsonl" || name == "checkpoints" || name == "best" || name == "last" ||
         name.starts_with("events.out.tfevents.");
}

bool holds_run(const fs::path& folder) {
  const fs::path checkpoints = folder / "checkpoints";
  const fs::path metrics = folder / "metrics.jsonl";
  return (fs::is_directory(checkpoints) && !fs::is_empty(checkpoints)) || (fs::is_regular_file(metrics) && fs::file_size(metrics) > 0);
}

void remove_run(const fs::path& folder) {
  std::vector<fs::path> entries;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (is_written_by_runs(entry.path())) entries.push_back(entry.path());
  }
  for (const fs::path& entry : entries) fs::remove_all(entry);
}

void check(const fs::path& folder, EarlierRun earlier) {
  if (fs::exists(folder) && !fs::is_directory(folder)) {
    throw UsageError("{}: is a file, and run.folder must be a folder. Choose another with --run.folder.", folder.string());
  }
  if (earlier == EarlierRun::kRefuse && holds_run(folder)) {
    throw UsageError("{}: holds a run already. Go on with it: --resume. Replace it: --overwrite. Keep it: --run.folder OTHER.",
                     folder.string());
  }
}

}  // namespace

void prepare_run_folder(const std::string& folder, EarlierRun earlier, const std::string& configuration, comm::Communicator& world) {
  on_first_rank(world, [&] {
    check(folder, earlier);
    fs::create_directories(folder);
    if (earlier == EarlierRun::kOverwrite) remove_run(folder);
    const std::string_view text = configuration;
    trainer::write_whole((fs::path(folder) / "config.cfg").string(), {&text, 1});
  });
}

}  // namespace galen::launch
