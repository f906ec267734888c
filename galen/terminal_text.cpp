#include "galen/terminal_text.h"

#include "galen/utf8.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>
#include <string_view>

namespace galen {

std::string wrap(const std::string& text, std::size_t indent, std::size_t width) {
  const std::string margin = fmt::format("\n{:{}}", "", indent);
  std::string wrapped;
  std::size_t column = 0;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (!wrapped.empty()) {
      wrapped += margin;
      column = indent;
    }
    for (std::size_t begin = 0; begin < line.size();) {
      const std::size_t word = std::min(line.find_first_not_of(' ', begin), line.size());
      const std::size_t end = std::min(line.find(' ', word), line.size());
      const std::size_t size = static_cast<std::size_t>(count_characters(std::string_view(line).substr(begin, end - begin)));
      const bool breaks = begin > 0 && column + size > width;
      if (breaks) wrapped += margin;
      wrapped += line.substr(breaks ? word : begin, end - (breaks ? word : begin));
      column = breaks ? indent + size - (word - begin) : column + size;
      begin = end;
    }
  }
  return wrapped;
}

}  // namespace galen
