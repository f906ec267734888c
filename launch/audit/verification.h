#pragma once

#include "launch/audit/audit_log.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace galen::launch {

/// What is to be said of a run's audit log.
struct AuditVerification {
  std::int64_t lines = 0;
  AuditHead head;                  ///< of the lines that there are: to be written down elsewhere
  std::string fault;               ///< the first sign of tampering, a sentence that names the line; empty: none
  std::vector<std::string> notes;  ///< of what crashes have left, and of what could not be checked
};

/// Checks the chain, and its end against audit.head. `key`: as the log was written with; `witness`: a head that was written down
/// earlier, whose line must still be what it was. A run without an audit log throws galen::UsageError.
AuditVerification verify_audit(const std::string& run_folder, const std::string& key = {}, const std::optional<AuditHead>& witness = {});

}  // namespace galen::launch
