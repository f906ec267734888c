#include "launch/supervision/run_record.h"

#include "launch/process/exit_code.h"
#include "launch/run_folder/folder_lock.h"
#include "launch/run_folder/run_folder.h"

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <utility>

namespace galen::launch {

namespace {

std::string events_file(const std::string& folder) { return folder + "/events.jsonl"; }

std::uintmax_t size_of(const std::string& file) {
  std::error_code absent;
  const std::uintmax_t size = std::filesystem::file_size(file, absent);
  return absent ? 0 : size;
}

}  // namespace

RunRecord::RunRecord(std::string folder) : folder_(std::move(folder)), begin_(size_of(events_file(folder_))) {}

std::optional<int> RunRecord::ending() const {
  if (FolderLock::is_unfinished(folder_, kRunLock)) return std::nullopt;
  std::ifstream events(events_file(folder_));
  if (size_of(events_file(folder_)) >= begin_) events.seekg(static_cast<std::streamoff>(begin_));  // otherwise it was replaced
  std::optional<int> code;
  for (std::string line; std::getline(events, line);) {
    const auto event = nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false);
    const std::string name = event.is_object() ? event.value("event", "") : "";
    if (name == "finished") code = kDone;
    if (name == "stopped") code = kPreempted;
    if (name == "started" || name == "resumed" || name == "failed") code.reset();
  }
  return code;
}

}  // namespace galen::launch
