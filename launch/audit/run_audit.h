#pragma once

#include "launch/options/option.h"
#include "trainer/checkpoint/manifest.h"
#include "trainer/experiment.h"
#include "trainer/predictor/dataset_prediction.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace galen::launch {

/// audit.key_file, for commands that write or read audit logs.
Option audit_key_option(std::string& key_file);

/// The lines of a training run in its audit log: started or resumed, then finished, stopped or failed.
class RunAudit {
 public:
  /// `actor`: see actor.h; `configuration`: the text of config.cfg. Writes nothing.
  RunAudit(const trainer::ExperimentOptions& experiment, const std::string& key_file,
           std::vector<std::pair<std::string, std::string>> actor, const std::string& configuration, int rank);

  /// Before training, on rank 0: throws galen::UsageError if the run's log cannot be continued with this key.
  void check_key() const;

  /// For ExperimentOptions::begun, on every rank; rank 0 writes. Throws galen::Error if the line cannot be written: no training without a
  /// log entry.
  void begin(const trainer::Manifest& manifest);

  /// On every rank; rank 0 writes, or reports on stderr that it cannot.
  void end(const trainer::ExperimentOutcome& outcome);

  /// On the ranks that fail; writes one line for all of them. Throws nothing.
  void fail(const std::string& reason);

 private:
  std::string folder_, key_file_, data_;
  std::vector<std::pair<std::string, std::string>> actor_;
  std::string configuration_;  ///< its digest
  int rank_;
  bool begun_ = false;
};

/// The folder of the run that wrote a checkpoint: RUN for RUN/best and RUN/checkpoints/step-N; none for a copy elsewhere.
std::optional<std::string> run_of_checkpoint(const std::string& checkpoint);

/// Throws galen::Error if the key file is missing or invalid, or not the key of the log of the checkpoint's run. Called before the model is
/// applied, because audit_prediction() can only report it. On rank 0.
void check_audit_key(const std::string& checkpoint, const std::string& key_file);

/// Records in the audit log of the checkpoint's run that the model was applied. `event`: evaluated or predicted; `result`: the SHA-256 of
/// the result. On rank 0. A failure is reported on stderr.
void audit_prediction(const std::string& event, const trainer::DatasetPredictionOptions& options, const data::Dataset& dataset,
                      const std::string& result, const std::string& key_file, std::vector<std::pair<std::string, std::string>> actor);

}  // namespace galen::launch
