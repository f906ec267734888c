#pragma once

#include <string>

namespace galen {

/// Who has a lock (flock) on an open file, as the kernel of this machine knows: "process 123 (galen)". "a process of another machine"
/// where it knows of none.
std::string lock_holder(int descriptor);

}  // namespace galen
