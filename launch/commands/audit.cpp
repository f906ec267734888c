#include "galen/error.h"
#include "galen/regular_file.h"
#include "galen/terminal_text.h"
#include "launch/audit/hashes.h"
#include "launch/audit/run_audit.h"
#include "launch/audit/verification.h"
#include "launch/commands/commands.h"
#include "launch/options/configuration.h"
#include "launch/options/help.h"
#include "launch/process/exit_code.h"

#include <nlohmann/json.hpp>

#include <cstdio>
#include <fstream>

namespace galen::launch {

namespace {

const Manual kAuditManual = {
    "galen audit verify|show RUN [--key value …]",
    "A run's audit.jsonl records who ran what on which data, and when: started, resumed, finished, stopped, failed, evaluated, predicted. "
    "Each "
    "line holds the SHA-256 of the line before, and audit.head that of the last one.\n\n"
    "verify checks that chain, and names the first line that was changed, removed or inserted. Exit code 1 if there is one. It "
    "detects every edit of the log unless the rest of the chain and audit.head are recomputed. It does not detect a log "
    "that was rewritten as a whole by a user with write access, or replaced by an older copy together with audit.head. Against the "
    "first, train with --audit.key_file: without the key no chain can be computed. Against both, store the head that verify prints "
    "elsewhere, and pass it as --head later.\n\n"
    "show prints the log.",
    {
        "galen audit show runs/quickstart",
        "galen audit verify runs/quickstart",
        "galen audit verify runs/quickstart --head 3:5f1c…",
        "galen audit verify runs/quickstart --audit.key_file ~/audit.key",
    }};

void verify(const std::string& run, const std::string& key_file, const std::string& witness) {
  const std::optional<AuditHead> head = parse_audit_head(witness);
  if (!witness.empty() && !head) throw UsageError("--head {}: is not a head as printed by galen audit verify.", witness);
  const AuditVerification found = verify_audit(run, key_file.empty() ? "" : read_audit_key(key_file), head);
  for (const std::string& note : found.notes) fmt::print("note: {}.\n", note);
  if (!found.fault.empty()) {
    throw Error("{}: {}. The lines after it are not reliable either. Compare the log with a backup, and check who may write to the folder.",
                audit_file(run), found.fault);
  }
  fmt::print("{}: {} lines, none of them changed, removed or inserted.\nHead: {}\n", audit_file(run), found.lines, to_text(found.head));
}

std::string shown(const nlohmann::ordered_json& value) { return value.is_string() ? value.get<std::string>() : value.dump(); }

void show(const std::string& run) {
  expect_regular_file(audit_file(run));
  std::ifstream in(audit_file(run));
  if (!in) throw UsageError("{}: the audit log does not exist. Name the folder of a run started by galen train.", audit_file(run));
  std::int64_t position = 0;
  for (std::string text; std::getline(in, text);) {
    ++position;
    const auto line = nlohmann::ordered_json::parse(text, nullptr, /*allow_exceptions=*/false);
    if (!line.is_object()) {
      fmt::print("{:4}  (truncated)\n", position);
      continue;
    }
    fmt::print("{:4}  {}  {}\n", position, shown(line.value("time", nlohmann::ordered_json())),
               shown(line.value("event", nlohmann::ordered_json())));
    for (const auto& [name, value] : line.items()) {
      if (name == "line" || name == "previous" || name == "time" || name == "event") continue;
      fmt::print("{}\n", wrap(fmt::format("      {:<14} {}", name, shown(value)), 21));
    }
  }
}

}  // namespace

int audit(const Arguments& arguments, comm::Communicator&) {
  std::string key_file, witness;
  Configuration configuration(
      {text("head", witness, "verify: a head printed earlier; its line must be unchanged."), audit_key_option(key_file)});
  if (asks_for_help(arguments)) {
    std::fputs(to_text(kAuditManual, configuration.options()).c_str(), stdout);
    return kDone;
  }
  const CommandLine line = parse_command_line(arguments, configuration.options(), /*operands=*/2);
  configuration.read(line);
  if (line.operands.size() != 2 || (line.operands[0] != "verify" && line.operands[0] != "show")) {
    throw UsageError("Name an action and a run: galen audit verify RUN, or galen audit show RUN.");
  }
  if (line.operands[0] == "verify") {
    verify(line.operands[1], key_file, witness);
  } else {
    configuration.refuse({"head", "audit.key_file"}, "is for galen audit verify");
    show(line.operands[1]);
  }
  return kDone;
}

}  // namespace galen::launch
