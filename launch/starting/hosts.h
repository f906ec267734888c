#pragma once

#include <string>
#include <vector>

namespace galen::launch {

/// A host, and how many workers it has room for.
struct Host {
  std::string name;  ///< or its address
  int slots = 0;     ///< 0: not said

  bool operator==(const Host&) const = default;
};

/// "a:4,b:4" or "a,b". Throws galen::UsageError for anything else.
std::vector<Host> parse_hosts(const std::string& text);

/// A host file as Open MPI has it: a line for each host, "a slots=4", "a:4" or "a"; "#" begins a comment. A host that is named several
/// times has the sum of its slots. Throws galen::UsageError where the file cannot be read, or names none.
std::vector<Host> read_hostfile(const std::string& file);

/// "a:4,b:4", as mpirun's --host has it.
std::string to_text(const std::vector<Host>& hosts);

int total_slots(const std::vector<Host>& hosts);

/// Whether the name, or the address that it stands for, is this machine's own.
bool is_this_host(const std::string& name);

}  // namespace galen::launch
