#pragma once

#include <string>
#include <utility>
#include <vector>

namespace galen::launch {

/// Who runs this program, as the operating system knows them, and with which command: fields `user` (with the uid), `host`, `command`,
/// `program`.
std::vector<std::pair<std::string, std::string>> actor(const std::string& command, const std::vector<std::string>& arguments);

/// "galen train x.cfg --run.folder 'my runs'" as a shell takes it. What may be secret is shown as ***: values of keys that name a
/// password, secret, token or credential (the path of a key file is none), and what stands for a password in a URL.
std::string command_line(const std::string& command, const std::vector<std::string>& arguments);

}  // namespace galen::launch
