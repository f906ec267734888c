#pragma once

#include "launch/audit/audit_log.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace galen::launch {

/// The result of checking a run's audit log.
struct AuditVerification {
  std::int64_t lines = 0;
  AuditHead head;                  ///< of the existing lines: to be stored elsewhere
  std::string fault;               ///< the first sign of tampering, a sentence that names the line; empty: none
  std::vector<std::string> notes;  ///< about traces of crashes, and about checks that were not possible
};

/// Checks the chain, and its end against audit.head. `key`: as the log was written with; `witness`: a head stored earlier, whose line must
/// be unchanged. Throws galen::UsageError for a run without an audit log.
AuditVerification verify_audit(const std::string& run_folder, const std::string& key = {}, const std::optional<AuditHead>& witness = {});

}  // namespace galen::launch
