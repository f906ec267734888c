#pragma once

#include <sys/types.h>

#include <functional>
#include <string>
#include <vector>

namespace galen::comm {

// The processes of this machine, from /proc. What cannot be read is empty: a process may end at any time.

/// The whole text of a file.
std::string read_whole(const std::string& path);

/// The fields of proc(5)'s stat after the program's name (which may hold any character): the state, the parent …
std::vector<std::string> stat_of(pid_t process);

/// Whether a process with these fields has ended, even if its parent has not waited for it yet.
bool has_ended(const std::vector<std::string>& stat);

/// Calls `take` with the number of each process.
void for_each_process(const std::function<void(pid_t process)>& take);

}  // namespace galen::comm
