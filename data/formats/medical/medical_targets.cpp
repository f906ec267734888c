#include "data/formats/medical/medical_targets.h"

#include "galen/error.h"

#include "data/formats/tables/table_target.h"
#include "data/text/windows_1252.h"

#include <numeric>

namespace galen::data {

void check_medical_options(const ImportOptions& options) {
  const MedicalOptions& medical = options.medical;
  if (medical.labels != "none" && medical.labels != "folders")
    throw UsageError("labels {} is unknown; it is none or folders.", medical.labels);
  if (medical.channels != 0 && medical.channels != 1 && medical.channels != 3) {
    throw UsageError("--channels is 0, 1 or 3, not {}.", medical.channels);
  }
  if (medical.labels == "folders" && !options.table.target.empty()) {
    throw UsageError("--labels folders and --target {} both name what is to be learnt; pass one of them.",
                     fmt::join(options.table.target, ","));
  }
}

void set_class_targets(Source& source, const std::string& name, std::vector<std::string> cells, const ImportOptions& options) {
  std::vector<std::int64_t> numbers(cells.size());
  std::iota(numbers.begin(), numbers.end(), 1);
  set_targets(source, targets_from_columns({{name, as_utf8(std::move(cells))}}, numbers, options));
}

}  // namespace galen::data
