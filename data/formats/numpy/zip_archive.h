#pragma once

#include <cstddef>
#include <string>
#include <vector>

struct zip;
struct zip_file;

namespace galen::data {

/// A zip archive, read. Failures throw galen::Error naming archive and member.
class ZipArchive {
 public:
  explicit ZipArchive(const std::string& path);
  ~ZipArchive();
  ZipArchive(const ZipArchive&) = delete;
  ZipArchive& operator=(const ZipArchive&) = delete;

  const std::string& path() const { return path_; }
  std::vector<std::string> members() const;

 private:
  friend class ZipMember;
  std::string path_;
  zip* archive_;
};

/// One member of an archive, read from front to back. The archive must outlive it.
class ZipMember {
 public:
  ZipMember(const ZipArchive& archive, const std::string& name);
  ~ZipMember();
  ZipMember(const ZipMember&) = delete;
  ZipMember& operator=(const ZipMember&) = delete;

  const std::string& name() const { return name_; }  ///< of archive and member, for messages

  void read(void* bytes, std::size_t count);  ///< Exactly `count` bytes; a member that ends before throws.
  void expect_end();                          ///< Throws where more bytes follow, or where the member's checksum is wrong.

 private:
  std::string name_;
  zip_file* member_;
};

}  // namespace galen::data
