#pragma once

#include "data/synthetic/synthetic.h"
#include "tests/launch/galen_program.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>
#include <sys/types.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace galen::test {

constexpr auto kPatience = std::chrono::seconds(240);

/// Waits until the condition holds; false after the patience of tests.
inline bool wait_for(const std::function<bool()>& condition) {
  const auto end = std::chrono::steady_clock::now() + kPatience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return true;
}

/// Runs under galen launch, in a folder of the suite, and their state as visible from outside.
class SupervisedRuns : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = std::make_unique<TemporaryFolder>();
    data::write_synthetic({.file = *folder_ / "small.h5", .samples = 200});
  }
  static void TearDownTestSuite() { folder_.reset(); }

  /// Long enough to be killed in the middle, by a test that is rarely scheduled.
  static std::vector<std::string> training(const std::string& run, const std::vector<std::string>& more = {}) {
    std::vector<std::string> arguments = {"train",    "--data.file",
                                          "small.h5", "--run.folder",
                                          run,        "--trainer.batch",
                                          "16",       "--trainer.lanes",
                                          "2",        "--trainer.max_steps",
                                          "500",      "--trainer.epochs",
                                          "1000",     "--checkpoint.every_steps",
                                          "20",       "--model.name",
                                          "cnn28",    "--quiet"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  }

  static std::unique_ptr<Program> launch(std::vector<std::string> own, const std::vector<std::string>& command,
                                         const std::vector<std::string>& environment = {"OMP_NUM_THREADS=1"}) {
    own.insert(own.begin(), "launch");
    own.insert(own.end(), command.begin(), command.end());
    return std::make_unique<Program>(galen_command(own),
                                     ProgramOptions{.environment = environment, .folder = folder_->path(), .patience = 2 * kPatience});
  }

  static std::vector<nlohmann::json> events(const std::string& run, const std::string& kind) {
    std::vector<nlohmann::json> found;
    std::ifstream file(*folder_ / run / "events.jsonl");
    for (std::string line; std::getline(file, line);) {
      nlohmann::json event = nlohmann::json::parse(line);
      if (event["event"] == kind) found.push_back(std::move(event));
    }
    return found;
  }

  static std::vector<std::string> losses(const std::string& run, const char* what) {
    std::vector<std::string> found;
    for (const nlohmann::json& lost : events(run, "rank_lost")) found.push_back(lost[what]);
    return found;
  }

  static std::filesystem::path newest_checkpoint(const std::string& run) {
    std::error_code none;
    return std::filesystem::read_symlink(*folder_ / run / "last", none);
  }

  /// Processes of galen that mpirun has started for the run, by their rank.
  static std::map<int, pid_t> ranks(const std::string& run) {
    constexpr std::string_view kRank = "OMPI_COMM_WORLD_RANK=";
    std::map<int, pid_t> found;
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
      const std::string words = read(entry.path() / "cmdline");
      const bool of_run =
          words.find('\0' + run + '\0') != std::string::npos || words.find("--run.folder=" + run + '\0') != std::string::npos;
      if (!of_run || !words.starts_with(GALEN_PROGRAM)) continue;
      const std::string variables = read(entry.path() / "environ");
      const std::size_t at = variables.find(kRank);
      if (at != std::string::npos) found[std::stoi(variables.substr(at + kRank.size()))] = std::stoi(entry.path().filename().string());
    }
    return found;
  }

  /// A rank that has started MPI and writes heartbeats: Open MPI may hang if a rank is killed as it connects.
  static pid_t wait_for_rank(const std::string& run, int rank) {
    pid_t process = 0;
    const auto lives = [&] {
      const auto found = ranks(run);
      if (!found.contains(rank)) return false;
      process = found.at(rank);
      const std::string record = read(*folder_ / run / "ranks" / (std::to_string(rank) + ".jsonl"));
      const auto sign = nlohmann::json::parse(record.substr(0, record.find('\n')), nullptr, /*allow_exceptions=*/false);
      return sign.is_object() && sign.value("pid", 0) == process;
    };
    return wait_for(lives) ? process : throw std::runtime_error("rank " + std::to_string(rank) + " does not come");
  }

  /// Empty if it cannot be read, because the process has ended.
  static std::string read(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
  }

  static inline std::unique_ptr<TemporaryFolder> folder_;
};

/// A program that replaces mpirun, and records how often it was called.
inline std::string pretended_mpirun(const TemporaryFolder& folder, const std::string& name, const std::string& body) {
  const std::filesystem::path path = folder.write(name, "#!/bin/sh\necho called >> " + (folder / (name + ".calls")).string() + "\n" + body);
  std::filesystem::permissions(path, std::filesystem::perms::owner_all);
  return path.string();
}

inline std::ptrdiff_t calls(const TemporaryFolder& folder, const std::string& name) {
  const std::string text = read_file(folder / (name + ".calls"));
  return std::count(text.begin(), text.end(), '\n');
}

}  // namespace galen::test
