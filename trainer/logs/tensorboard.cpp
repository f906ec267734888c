#include "trainer/logs/tensorboard.h"

#include "trainer/logs/event_records.h"

#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <filesystem>

namespace galen::trainer {
namespace {

double seconds_since_1970() { return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count(); }

std::string unused_file(const std::string& folder) {
  for (int attempt = 0;; ++attempt) {
    std::string file = fmt::format("{}/events.out.tfevents.{:010.0f}.galen.{}", folder, std::floor(seconds_since_1970()), attempt);
    if (!std::filesystem::exists(file)) return file;
  }
}

std::string new_file(const std::string& folder, const Resumption& resumption) {
  drop_events(folder, resumption);
  return unused_file(folder);
}

}  // namespace

TensorBoardWriter::TensorBoardWriter(const std::string& folder, const Resumption& resumption)
    : out_(new_file(folder, resumption), LogFile::Begin::kAfresh, version_record(seconds_since_1970())) {
  out_.flush();
}

void TensorBoardWriter::scalar(const std::string& tag, double value, std::int64_t step) {
  out_.append(to_record({seconds_since_1970(), step, tag, static_cast<float>(value)}));
}

}  // namespace galen::trainer
