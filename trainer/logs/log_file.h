#pragma once

#include <string>
#include <string_view>

namespace galen::trainer {

/// A file that only grows. If its name is rotated or removed, it continues in a new file. Written without buffers other than the operating
/// system's. Bytes that cannot be written stay in memory, and the next flush() continues at the same byte: a caller that survives the error
/// leaves neither a gap nor half a line.
class LogFile {
 public:
  enum class Begin { kAfresh, kAtTheEnd };

  /// Throws galen::Error if the file cannot be opened, as flush() and sync() do if it cannot be written. `head`: first bytes of a new
  /// file.
  LogFile(std::string file, Begin begin, std::string head = {});
  ~LogFile();  ///< writes what is left, if possible
  LogFile(const LogFile&) = delete;
  LogFile& operator=(const LogFile&) = delete;

  void append(std::string_view bytes);  ///< in memory until flush(), or until there is much
  void flush();                         ///< durable after a crash of this process
  void sync();                          ///< durable after a crash of the machine

 private:
  void make_again_where_gone();
  bool write_out();

  std::string file_;
  std::string head_;
  int descriptor_;
  std::string waiting_;
};

/// Syncs the flushed part of metrics.jsonl and of the TensorBoard events of a run. Called by the thread or process that publishes the
/// checkpoint that promises them. Throws galen::Error on failure.
void sync_logs(const std::string& run_folder);

}  // namespace galen::trainer
