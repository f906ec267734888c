#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace galen {

/// Text that a command writes where its user says. A file is written whole, as AtomicFile does. A device, a FIFO, and whatever the
/// standard output or error leads to, are written into, and stay what they are.

/// Whether `name` is written into.
bool is_stream(const std::string& name);

/// Throws galen::UsageError where `name` is nothing to write to: as expect_free_name() does, and for disks and sockets.
void expect_output(const std::string& name, bool overwrite);

/// What is written piece by piece. Throws galen::Error where it cannot be written, or where no program reads from the FIFO.
class OutputFile {
 public:
  OutputFile(const std::string& name, bool overwrite);
  ~OutputFile();  ///< nothing is left of a file that was not published
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  void write(std::string_view text);
  void publish();  ///< a file gets its name

 private:
  struct Target;
  std::unique_ptr<Target> target_;
};

/// All of it at once.
void write_output(const std::string& name, std::string_view text, bool overwrite);

}  // namespace galen
