#include "trainer/checkpoint/format_version.h"

#include "galen/error.h"

#include <nlohmann/json.hpp>

namespace galen::trainer {

int format_version(const nlohmann::ordered_json& manifest, const std::string& where) {
  if (!manifest.is_object()) throw Error("{}: is not a file of a checkpoint.", where);
  if (!manifest.contains("format_version") && manifest.value("format", 0) == 1) return 1;
  const int version = manifest.value("format_version", 0);
  if (version > kFormatVersion) {
    throw Error("{}: has checkpoint format version {}; galen {} reads versions up to {}. Use a newer galen.", where, version, GALEN_VERSION,
                kFormatVersion);
  }
  if (version != kFormatVersion) throw Error("{}: is damaged, or not a file of a checkpoint: it has no format version.", where);
  return version;
}

}  // namespace galen::trainer
