#pragma once

#include <string>

namespace galen {

/// The process that holds a lock (flock) on an open file, according to this machine's kernel: "process 123 (galen)"; "a process on
/// another machine" if the kernel lists none.
std::string lock_holder(int descriptor);

}  // namespace galen
