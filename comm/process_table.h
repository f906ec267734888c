#pragma once

#include <sys/types.h>

#include <functional>
#include <string>
#include <vector>

namespace galen::comm {

// The processes of this machine, by /proc. What cannot be read is empty: a process may end at any moment.

/// The whole text of a file.
std::string read_whole(const std::string& path);

/// The words of proc(5)'s stat behind the program's name, which may hold anything: the state, the parent …
std::vector<std::string> stat_of(pid_t process);

/// Whether a process of such words has ended, though its parent may not have noticed.
bool has_ended(const std::vector<std::string>& stat);

/// Calls `take` with the number of each process.
void for_each_process(const std::function<void(pid_t process)>& take);

}  // namespace galen::comm
