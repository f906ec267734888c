#include "launch/audit/run_audit.h"

#include "data/files/file_list.h"
#include "galen/error.h"
#include "galen/terminal_text.h"
#include "launch/audit/audit_log.h"
#include "launch/audit/hashes.h"
#include "launch/options/experiment_options.h"

#include <cstdio>
#include <filesystem>

namespace galen::launch {

namespace {

namespace fs = std::filesystem;

std::string key_in(const std::string& file) { return file.empty() ? "" : read_audit_key(file); }

std::string paths_of(const std::string& data_file) {
  std::vector<std::string> paths;
  for (const std::string& file : data::file_list(data_file)) paths.push_back(absolute_path(file));
  return fmt::format("{}", fmt::join(paths, ", "));
}

// The event has already happened; a full disk only causes a note.
void append_or_note(const std::string& folder, const std::string& key_file, const std::string& event, const AuditLog::Fields& fields) {
  try {
    AuditLog(folder, key_in(key_file)).append(event, fields);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", wrap(fmt::format("note: not in the run's audit log: '{}'. {}", event, error.what()), 6).c_str());
  }
}

const char* name_of(trainer::Ending ending) { return trainer::is_stop(ending) ? "stopped" : "finished"; }

}  // namespace

Option audit_key_option(std::string& key_file) {
  return text("audit.key_file", key_file,
              "Secret key (a file of 32 random bytes or more) of the run's audit.jsonl: without it the chain cannot be recomputed. Empty: "
              "plain hashes.");
}

RunAudit::RunAudit(const trainer::ExperimentOptions& experiment, const std::string& key_file,
                   std::vector<std::pair<std::string, std::string>> actor, const std::string& configuration, int rank)
    : folder_(experiment.folder),
      key_file_(key_file),
      data_(experiment.dataset.file),
      actor_(std::move(actor)),
      configuration_(sha256(configuration)),
      rank_(rank) {}

void RunAudit::check_key() const { AuditLog(folder_, key_in(key_file_)).check_key(); }

void RunAudit::begin(const trainer::Manifest& manifest) {
  begun_ = true;
  if (rank_ != 0) return;
  AuditLog::Fields fields = actor_;
  fields.insert(fields.end(), {{"data", paths_of(data_)},
                               {"data_digest", manifest.dataset_digest},
                               {"configuration", configuration_},
                               {"workers", std::to_string(manifest.world_size)},
                               {"step", std::to_string(manifest.state.step)}});
  if (!manifest.module.empty()) fields.emplace_back("module_digest", manifest.module);
  AuditLog(folder_, key_in(key_file_)).append(manifest.state.step > 0 ? "resumed" : "started", fields);
}

void RunAudit::end(const trainer::ExperimentOutcome& outcome) {
  if (rank_ == 0) append_or_note(folder_, key_file_, name_of(outcome.ending), {{"step", std::to_string(outcome.state.step)}});
}

void RunAudit::fail(const std::string& reason) {
  if (!begun_) return;
  try {
    AuditLog(folder_, key_in(key_file_)).append_once("failed", {{"rank", std::to_string(rank_)}, {"reason", reason}});
  } catch (const std::exception&) {
    // The failure itself is reported in any case; a second message about the log is not needed.
  }
}

std::optional<std::string> run_of_checkpoint(const std::string& checkpoint) {
  std::error_code none;
  const fs::path folder = fs::canonical(checkpoint, none);
  if (none || folder.parent_path().filename() != "checkpoints") return std::nullopt;
  const fs::path run = folder.parent_path().parent_path();
  return fs::exists(run / "config.cfg", none) || fs::exists(audit_file(run.string()), none) ? std::optional(run.string()) : std::nullopt;
}

void check_audit_key(const std::string& checkpoint, const std::string& key_file) {
  if (key_file.empty()) return;
  const std::string key = read_audit_key(key_file);
  if (const std::optional<std::string> run = run_of_checkpoint(checkpoint)) AuditLog(*run, key).check_key();
}

void audit_prediction(const std::string& event, const trainer::DatasetPredictionOptions& options, const data::Dataset& dataset,
                      const std::string& result, const std::string& key_file, std::vector<std::pair<std::string, std::string>> actor) {
  const std::optional<std::string> run = run_of_checkpoint(options.checkpoint);
  if (!run) return;
  std::error_code none;
  if (!fs::exists(audit_file(*run), none)) {
    fmt::print("note: {} has no lines about the training, which another program than galen did: it starts with this line.\n",
               audit_file(*run));
  }
  AuditLog::Fields fields = std::move(actor);
  fields.insert(fields.end(), {{"checkpoint", fs::canonical(options.checkpoint).filename().string()},
                               {"data", paths_of(options.dataset.file)},
                               {"data_digest", dataset.digest()},
                               {"split", options.subset},
                               {"result", result}});
  append_or_note(*run, key_file, event, fields);
}

}  // namespace galen::launch
