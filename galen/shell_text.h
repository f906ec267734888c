#pragma once

#include <string>
#include <vector>

namespace galen {

/// A word quoted for a POSIX shell: in single quotes if it holds more than letters, digits and -_./:,=+@%.
std::string shell_word(const std::string& word);

/// A command: its quoted words, separated by blanks.
std::string shell_text(const std::vector<std::string>& command);

}  // namespace galen
