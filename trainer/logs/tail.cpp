#include "trainer/logs/tail.h"

#include "galen/regular_file.h"

#include <fstream>

namespace galen::trainer {

std::vector<std::string> last_lines(const std::string& file, std::size_t bytes) {
  if (!special_kind(file).empty()) return {};
  std::ifstream in(file, std::ios::binary | std::ios::ate);
  if (!in) return {};
  const auto size = static_cast<std::streamoff>(in.tellg());
  const bool cut = size > static_cast<std::streamoff>(bytes);
  in.seekg(cut ? size - static_cast<std::streamoff>(bytes) : 0);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line) && !in.eof();) lines.push_back(line);
  if (cut && !lines.empty()) lines.erase(lines.begin());
  return lines;
}

}  // namespace galen::trainer
