#pragma once

#include <string>

namespace galen::data {

/// Throws galen::UsageError where `name` is no name for a new file: a folder, in a folder that does not exist, or (unless `overwrite`) the
/// name of a file that exists.
void expect_free_name(const std::string& name, bool overwrite);

/// A file in the making: written under a temporary name beside its own, so that its own name only ever shows it whole.
class AtomicFile {
 public:
  /// Throws as expect_free_name() does.
  AtomicFile(std::string name, bool overwrite);
  ~AtomicFile();  ///< removes the temporary file unless published
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  const std::string& name() const { return name_; }
  const std::string& temporary_name() const { return temporary_name_; }

  /// Brings the closed temporary file to the disk and gives it its name.
  void publish();

 private:
  std::string name_;
  std::string temporary_name_;
  bool published_ = false;
};

}  // namespace galen::data
