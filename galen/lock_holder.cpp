#include "galen/lock_holder.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <fstream>
#include <sstream>

namespace galen {

// proc(5): "1: FLOCK  ADVISORY  WRITE 123 08:01:4567 0 EOF"; "->" marks a waiting process.
std::string lock_holder(int descriptor) {
  struct stat status = {};
  if (::fstat(descriptor, &status) == 0) {
    const std::string place = fmt::format("{:02x}:{:02x}:{}", major(status.st_dev), minor(status.st_dev), status.st_ino);
    std::ifstream locks("/proc/locks");
    for (std::string line; std::getline(locks, line);) {
      std::istringstream words(line);
      std::string number, kind, how, what, process, file;
      words >> number >> kind >> how >> what >> process >> file;
      if (kind != "FLOCK" || file != place) continue;
      std::string name;
      std::getline(std::ifstream(fmt::format("/proc/{}/comm", process)), name);
      return name.empty() ? "process " + process : fmt::format("process {} ({})", process, name);
    }
  }
  return "a process on another machine";
}

}  // namespace galen
