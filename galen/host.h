#pragma once

#include <string>

namespace galen {

/// The name of this host, as used in messages and logs.
std::string host_name();

/// The boot id of the running kernel: one per machine, shared by its containers, new at each boot. Empty if /proc is not mounted.
std::string boot_id();

}  // namespace galen
