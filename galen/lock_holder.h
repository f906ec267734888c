#pragma once

#include <string>

namespace galen {

/// The process that has a lock (flock) on an open file, as the kernel of this machine knows it: "process 123 (galen)". "a process of
/// another machine" where it knows of none.
std::string lock_holder(int descriptor);

}  // namespace galen
