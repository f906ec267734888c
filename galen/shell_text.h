#pragma once

#include <string>
#include <vector>

namespace galen {

/// A word as a POSIX shell reads it back: between single quotes, where it holds more than letters, digits and -_./:,=+@%.
std::string shell_word(const std::string& word);

/// A command: its words with blanks between them.
std::string shell_text(const std::vector<std::string>& command);

}  // namespace galen
