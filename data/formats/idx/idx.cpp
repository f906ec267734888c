#include "data/formats/idx/idx.h"

#include "galen/error.h"

#include "data/formats/arrays/image_source.h"
#include "data/formats/gzip_file.h"
#include "data/formats/idx/idx_files.h"

#include <algorithm>
#include <array>
#include <filesystem>

namespace galen::data {
namespace {

NumberType element_type(int code, const std::string& path) {
  switch (code) {
    case 0x08:
      return {'u', 1, true};
    case 0x09:
      return {'i', 1, true};
    case 0x0B:
      return {'i', 2, true};
    case 0x0C:
      return {'i', 4, true};
    case 0x0D:
      return {'f', 4, true};
    case 0x0E:
      return {'f', 8, true};
    default:
      throw Error("{}: its type code 0x{:02x} is none of the IDX format's; the file is damaged.", path, code);
  }
}

class IdxArray : public ArrayReader {
 public:
  explicit IdxArray(const std::string& path) : file_(path) {
    std::array<std::uint8_t, 4> magic;  // two zeros, the type's code, how many dimensions
    file_.read(magic.data(), magic.size());
    std::vector<std::int64_t> shape;
    for (int i = 0; i < magic[3]; ++i) {
      std::array<std::uint8_t, 4> size;
      file_.read(size.data(), size.size());
      shape.push_back(std::int64_t{size[0]} << 24 | size[1] << 16 | size[2] << 8 | size[3]);
    }
    set_header(element_type(magic[2], path), std::move(shape));
  }

  const std::string& name() const override { return file_.path(); }

  void expect_end() override {
    if (file_.get() >= 0) throw Error("{}: is longer than its header says; copy or download it again.", name());
  }

 protected:
  void read_bytes(void* bytes, std::size_t count) override { file_.read(bytes, count); }

 private:
  GzipFile file_;
};

}  // namespace

bool is_idx(const Discovery& found) {
  if (!found.is_folder) return has_idx_magic(found.source);
  return std::any_of(found.files().begin(), found.files().end(), [&](const std::string& file) {
    const std::filesystem::path path = file;
    const std::string name = path.filename();
    const bool may_be = name.find("image") != std::string::npos || name.find("label") != std::string::npos ||
                        name.find("idx") != std::string::npos || name.find("ubyte") != std::string::npos;
    return may_be && std::filesystem::path(path_below(found.source, file)).parent_path().empty() && has_idx_magic(file);
  });
}

Source open_idx(const ImportOptions& options) {
  std::vector<std::string> warnings;
  std::vector<ImagePair> pairs;
  for (const IdxPair& pair : find_idx_pairs(options.source, warnings)) {
    pairs.push_back({[file = pair.images] { return std::make_unique<IdxArray>(file); },
                     [file = pair.labels] { return std::make_unique<IdxArray>(file); }, pair.subset});
  }
  Source source = image_source(std::move(pairs), options.task);
  source.warnings.insert(source.warnings.begin(), warnings.begin(), warnings.end());
  return source;
}

}  // namespace galen::data
