#include "launch/supervision/host_shell.h"

#include "galen/shell_text.h"
#include "launch/starting/launch_options.h"
#include "launch/supervision/child.h"

#include <signal.h>

#include <memory>
#include <thread>

namespace galen::launch {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

HostShell::HostShell(const std::string& agent, bool in_slurm) {
  if (!agent.empty()) {
    agent_ = split_words(agent);
  } else if (in_slurm) {
    agent_ = {"srun", "--overlap", "--nodes=1", "--ntasks=1", "--immediate=5", "--nodelist"};
  } else {
    agent_ = {"ssh", "-x", "-o", "BatchMode=yes", "-o", "ConnectTimeout=5"};
  }
}

// srun executes a program with its arguments; ssh and similar pass a line to the host's shell.
std::vector<std::string> HostShell::command_on(const std::string& host, const std::string& command) const {
  std::vector<std::string> words = agent_;
  words.push_back(host);
  if (agent_.front() == "srun") {
    words.insert(words.end(), {"sh", "-c", command});
  } else {
    words.push_back(shell_text({"sh", "-c", command}));
  }
  return words;
}

std::vector<std::string> HostShell::failing(const std::vector<std::string>& hosts, const std::string& command,
                                            std::chrono::seconds patience) const {
  std::vector<std::unique_ptr<Child>> children;
  for (const std::string& host : hosts) children.push_back(std::make_unique<Child>(command_on(host, command)));
  const auto end = steady_clock::now() + patience;
  for (const auto& child : children) {
    while (!child->exit_code() && steady_clock::now() < end) std::this_thread::sleep_for(10ms);
  }
  std::vector<std::string> failed;
  for (std::size_t i = 0; i < hosts.size(); ++i) {
    if (children[i]->exit_code() != 0) failed.push_back(hosts[i]);
  }
  return failed;
}

}  // namespace galen::launch
