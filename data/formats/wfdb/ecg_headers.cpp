#include "data/formats/wfdb/ecg_headers.h"

#include "data/formats/wfdb/ecg_segments.h"

#include <set>

namespace galen::data {
namespace {

namespace fs = std::filesystem;

std::string normal(const std::string& path) { return fs::path(path).lexically_normal(); }

}  // namespace

fs::path wfdb_header_of(fs::path file) { return file.replace_extension(".hea"); }

EcgHeaders::EcgHeaders(const Discovery& found) {
  if (!found.is_folder) paths_ = {wfdb_header_of(found.source)};
  for (const std::string& file : found.files()) {
    if (found.is_folder && file.ends_with(".hea")) paths_.push_back(file);
  }
  auto read = read_once<WfdbHeader>(paths_.size(), found.workers, [&](std::size_t i) { return read_wfdb_header(paths_[i]); });
  for (std::size_t i = 0; i < paths_.size(); ++i) headers_[normal(paths_[i])] = std::move(read[i]);
}

WfdbHeader EcgHeaders::operator()(const std::string& path) const {
  const auto known = headers_.find(normal(path));
  return known == headers_.end() ? read_wfdb_header(path) : known->second.get();
}

std::vector<std::string> EcgHeaders::records() const {
  std::set<std::string> parts;
  for (const auto& [path, header] : headers_) {
    if (!header.is_good()) continue;
    for (const std::string& segment : segment_headers(header.get())) parts.insert(normal(segment));
  }
  std::vector<std::string> records = paths_;
  std::erase_if(records, [&](const std::string& path) { return paths_.size() > 1 && parts.contains(normal(path)); });
  return records;
}

}  // namespace galen::data
