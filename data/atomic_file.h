#pragma once

#include <string>

namespace galen::data {

/// A file in the making: written under a temporary name beside its own, so that its own name only ever shows it whole.
class AtomicFile {
 public:
  /// Refuses (galen::UsageError) to replace an existing file unless `overwrite`.
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
