#pragma once

#include <chrono>
#include <cstdio>
#include <string>

namespace galen::trainer {

/// One line on a terminal that is redrawn a few times a second; if `out` is not a terminal, a line every few seconds.
class TerminalLine {
 public:
  explicit TerminalLine(std::FILE* out);
  ~TerminalLine();  ///< erases the line
  TerminalLine(const TerminalLine&) = delete;
  TerminalLine& operator=(const TerminalLine&) = delete;

  bool is_due();                        ///< whether it is time to show() again; true at first
  void show(const std::string& text);   ///< replaces the present line
  void print(const std::string& line);  ///< prints a permanent line
  void clear();

 private:
  std::FILE* out_;
  bool terminal_;
  bool on_screen_ = false;
  std::chrono::steady_clock::time_point next_;
};

}  // namespace galen::trainer
