#pragma once

#include <string>

namespace galen {

/// The name of this host, as messages and logs have it.
std::string host_name();

/// The running kernel's number: one a machine, for all of its containers, and new at each start. Empty where /proc is not mounted.
std::string boot_id();

}  // namespace galen
