#pragma once

#include <string>
#include <string_view>

namespace galen::trainer {

/// A file that only grows, also where its name is taken away from it (rotated, removed): then it goes on in a new one. Written past all
/// buffers but the operating system's. What the disk does not take stays in memory, and the next flush() goes on at the very byte: whoever
/// lives on after the error leaves neither a gap nor half a line.
class LogFile {
 public:
  enum class Begin { kAfresh, kAtTheEnd };

  /// Throws galen::Error where the file cannot be opened, as flush() and sync() do where it cannot be written. `head`: what a new file
  /// begins with.
  LogFile(std::string file, Begin begin, std::string head = {});
  ~LogFile();  ///< writes what is left, if it can
  LogFile(const LogFile&) = delete;
  LogFile& operator=(const LogFile&) = delete;

  void append(std::string_view bytes);  ///< in memory until flush(), or until there is much
  void flush();                         ///< safe from a crash of this process
  void sync();                          ///< safe from a crash of the machine

 private:
  void make_again_where_gone();
  bool write_out();

  std::string file_;
  std::string head_;
  int descriptor_;
  std::string waiting_;
};

/// Brings metrics.jsonl and the TensorBoard events of a run to the disk, as far as they have been flushed, on whichever thread or process
/// publishes the checkpoint that promises them. Throws galen::Error where the disk does not take them.
void sync_logs(const std::string& run_folder);

}  // namespace galen::trainer
