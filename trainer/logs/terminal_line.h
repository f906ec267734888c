#pragma once

#include <chrono>
#include <cstdio>
#include <string>

namespace galen::trainer {

/// One line on a terminal that is redrawn a few times a second; where `out` is no terminal, lines every few seconds.
class TerminalLine {
 public:
  explicit TerminalLine(std::FILE* out);
  ~TerminalLine();  ///< clears
  TerminalLine(const TerminalLine&) = delete;
  TerminalLine& operator=(const TerminalLine&) = delete;

  bool is_due();                        ///< whether it is time to show() again; the first time it is
  void show(const std::string& text);   ///< in place of what stands there
  void print(const std::string& line);  ///< a line that stays
  void clear();

 private:
  std::FILE* out_;
  bool terminal_;
  bool on_screen_ = false;
  std::chrono::steady_clock::time_point next_;
};

}  // namespace galen::trainer
