#pragma once

#include "launch/options/option.h"
#include "trainer/checkpoint/manifest.h"
#include "trainer/experiment.h"
#include "trainer/predictor/saved_model.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace galen::launch {

/// audit.key_file, for commands that write or read audit logs.
Option audit_key_option(std::string& key_file);

/// A training run's lines in its audit log: started or resumed, then finished, stopped or failed.
class RunAudit {
 public:
  /// `actor`: see actor.h; `configuration`: the text of config.cfg. Nothing is written yet.
  RunAudit(const trainer::ExperimentOptions& experiment, const std::string& key_file,
           std::vector<std::pair<std::string, std::string>> actor, const std::string& configuration, int rank);

  /// Before anything is trained, on rank 0: throws galen::UsageError where the run's log cannot go on with this key.
  void check_key() const;

  /// For ExperimentOptions::begun, on every rank; rank 0 writes. A line that cannot be written throws galen::Error: nothing is trained
  /// that would not be in the log.
  void begin(const trainer::Manifest& manifest);

  /// On every rank; rank 0 writes, or notes on stderr that it cannot.
  void end(const trainer::ExperimentOutcome& outcome);

  /// On the ranks that fail; one line for all of them. Throws nothing.
  void fail(const std::string& reason);

 private:
  std::string folder_, key_file_, data_;
  std::vector<std::pair<std::string, std::string>> actor_;
  std::string configuration_;  ///< its digest
  int rank_;
  bool begun_ = false;
};

/// The folder of the run that wrote a checkpoint: RUN for RUN/best and RUN/checkpoints/step-N; nothing for a copy elsewhere.
std::optional<std::string> run_of_checkpoint(const std::string& checkpoint);

/// Throws galen::Error where a key file is named that is missing or no key, or that the log of the checkpoint's run was not begun with:
/// before the model is applied, as audit_application() could only note it. On rank 0.
void check_audit_key(const std::string& checkpoint, const std::string& key_file);

/// Adds to the audit log of the run that the checkpoint belongs to that the model was applied: `event` is evaluated or predicted, `result`
/// the SHA-256 of what came of it. On rank 0. Where it cannot be written, a note on stderr says so.
void audit_application(const std::string& event, const trainer::ApplicationOptions& options, const data::Dataset& dataset,
                       const std::string& result, const std::string& key_file, std::vector<std::pair<std::string, std::string>> actor);

}  // namespace galen::launch
