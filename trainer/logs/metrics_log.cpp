#include "trainer/logs/metrics_log.h"

#include "galen/atomic_file.h"
#include "galen/error.h"
#include "galen/regular_file.h"

#include <nlohmann/json.hpp>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace galen::trainer {
namespace {

// A line that was truncated when the run died is not JSON.
bool is_kept(const std::string& line, const Resumption& resumption) {
  const auto json = nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object() || !json.contains("step") || !json["step"].is_number_integer()) return false;
  const auto kind = json.find("kind");
  return resumption.keeps(json["step"].get<std::int64_t>(), kind != json.end() && kind->is_string() ? kind->get<std::string>() : "");
}

void drop_lines(const std::string& file, const Resumption& resumption) {
  expect_regular_file(file);
  AtomicFile rewritten(file, /*overwrite=*/true, Links::kRefuse);
  std::ifstream in(file);
  std::string kept;
  for (std::string line; std::getline(in, line);) {
    if (!in.eof() && is_kept(line, resumption)) kept += line + "\n";
  }
  if (in.bad()) throw Error("{}: cannot be read: {}. Check the disk of the run's folder.", file, std::strerror(errno));
  rewritten.write(kept);
  rewritten.publish();
}

// Drops lines before the file is opened.
LogFile::Begin beginning(const std::string& file, const Resumption& resumption) {
  if (resumption.step == 0) return LogFile::Begin::kAfresh;
  if (std::filesystem::exists(file)) drop_lines(file, resumption);
  return LogFile::Begin::kAtTheEnd;
}

}  // namespace

MetricsLog::MetricsLog(const std::string& file, const Resumption& resumption) : out_(file, beginning(file, resumption)) {}

void MetricsLog::write(std::int64_t step, std::int64_t epoch, const std::string& kind,
                       const std::vector<std::pair<std::string, double>>& values) {
  nlohmann::ordered_json line = {{"step", step}, {"epoch", epoch}, {"kind", kind}};
  for (const auto& [name, value] : values) line[name] = value;
  out_.append(line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n");
  out_.flush();
}

}  // namespace galen::trainer
