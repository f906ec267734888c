#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace galen::launch {

/// Runs commands on other hosts.
class HostShell {
 public:
  /// `agent`: called as AGENT… HOST COMMAND. Empty: srun inside of a Slurm job, else ssh.
  HostShell(const std::string& agent, bool in_slurm);

  /// Runs a shell command on all hosts at once, and returns those on which it failed or did not end within `patience`.
  std::vector<std::string> failing(const std::vector<std::string>& hosts, const std::string& command, std::chrono::seconds patience) const;

 private:
  std::vector<std::string> command_on(const std::string& host, const std::string& command) const;

  std::vector<std::string> agent_;
};

}  // namespace galen::launch
