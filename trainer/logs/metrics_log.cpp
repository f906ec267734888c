#include "trainer/logs/metrics_log.h"

#include "galen/error.h"

#include <nlohmann/json.hpp>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace galen::trainer {
namespace {

[[noreturn]] void fail(const std::string& file, const char* what) {
  throw Error("{}: cannot be {}: {}; check that the run's folder is writable and its disk is not full", file, what, std::strerror(errno));
}

// A line that was cut off when the run died is no JSON and goes as well.
bool is_kept(const std::string& line, std::int64_t resumed_step) {
  const auto json = nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false);
  return json.is_object() && json.contains("step") && json["step"].is_number_integer() && json["step"].get<std::int64_t>() <= resumed_step;
}

void keep_until(const std::string& file, std::int64_t resumed_step) {
  const std::string temporary = file + ".tmp";
  std::ifstream in(file);
  std::ofstream out(temporary, std::ios::trunc);
  for (std::string line; std::getline(in, line);) {
    if (is_kept(line, resumed_step)) out << line << '\n';
  }
  out.close();
  std::error_code error;
  if (out) std::filesystem::rename(temporary, file, error);
  if (!out || error) fail(file, "rewritten");
}

}  // namespace

MetricsLog::MetricsLog(const std::string& file, std::int64_t resumed_step) : file_(file) {
  if (resumed_step > 0) keep_until(file, resumed_step);
  out_.open(file, resumed_step > 0 ? std::ios::app : std::ios::trunc);
  if (!out_) fail(file, "opened");
}

void MetricsLog::write(std::int64_t step, std::int64_t epoch, const std::string& kind,
                       const std::vector<std::pair<std::string, double>>& values) {
  nlohmann::ordered_json line = {{"step", step}, {"epoch", epoch}, {"kind", kind}};
  for (const auto& [name, value] : values) line[name] = value;
  out_ << line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) << std::endl;
  if (!out_) fail(file_, "written");
}

}  // namespace galen::trainer
