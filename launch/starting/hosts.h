#pragma once

#include <string>
#include <vector>

namespace galen::launch {

/// A host, and its number of slots for workers.
struct Host {
  std::string name;  ///< or its address
  int slots = 0;     ///< 0: not given

  bool operator==(const Host&) const = default;
};

/// "a:4,b:4" or "a,b". Throws galen::UsageError for anything else.
std::vector<Host> parse_hosts(const std::string& text);

/// A host file in Open MPI's format: a line for each host, "a slots=4", "a:4" or "a"; "#" begins a comment. A host that is named several
/// times has the sum of its slots. Throws galen::UsageError if the file cannot be read, or names no host.
std::vector<Host> read_hostfile(const std::string& file);

/// "a:4,b:4", as in mpirun's --host.
std::string to_text(const std::vector<Host>& hosts);

int total_slots(const std::vector<Host>& hosts);

/// Whether the name, or its address, is this machine's own.
bool is_this_host(const std::string& name);

}  // namespace galen::launch
