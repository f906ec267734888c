#pragma once

#include <string>
#include <utility>
#include <vector>

namespace galen::launch {

/// The user, as the operating system knows it, and the command of this process: fields `user` (with the uid), `host`, `command`,
/// `program`.
std::vector<std::pair<std::string, std::string>> actor(const std::string& command, const std::vector<std::string>& arguments);

/// "galen train x.cfg --run.folder 'my runs'", quoted for a shell. Possible secrets are shown as ***: values of keys that name a password,
/// secret, token or credential (the path of a key file is not a secret), and the password in a URL.
std::string command_line(const std::string& command, const std::vector<std::string>& arguments);

}  // namespace galen::launch
