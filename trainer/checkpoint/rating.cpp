#include "trainer/checkpoint/rating.h"

#include "galen/error.h"
#include "trainer/checkpoint/file_sink.h"
#include "trainer/checkpoint/format_version.h"
#include "trainer/checkpoint/sealed_text.h"
#include "trainer/checkpoint/whole_file.h"

#include <cmath>
#include <filesystem>
#include <limits>
#include <nlohmann/json.hpp>

namespace galen::trainer {

using nlohmann::ordered_json;

namespace {

ordered_json finite_or_null(double value) { return std::isfinite(value) ? ordered_json(value) : ordered_json(nullptr); }

double rated_value(const ordered_json& value) { return value.is_null() ? std::numeric_limits<double>::quiet_NaN() : value.get<double>(); }

}  // namespace

void write_rating(const std::string& folder, std::int64_t step, const Rating& rating, const CheckpointKey* key) {
  const ordered_json json = {{"format_version", kFormatVersion},
                             {"step", step},
                             {"value", finite_or_null(rating.value)},
                             {"larger_is_better", rating.larger_is_better},
                             {"loss", finite_or_null(rating.loss)}};
  FileSink file(folder + "/" + kRatingFile);
  file.add(seal_text(json.dump(2) + "\n", kRatingFile, key));
  file.finish();
  file.publish();
  sync_folder(folder);
}

std::optional<Rating> read_rating(const std::string& folder, std::int64_t step, const CheckpointKey* key) {
  const std::string path = folder + "/" + kRatingFile;
  if (!std::filesystem::exists(path)) return std::nullopt;
  const std::string text = open_text(read_whole(path).bytes, path, kRatingFile, key);
  try {
    const ordered_json json = ordered_json::parse(text);
    if (json.at("step") != step) throw Error("{}: is the rating of step {}, but this is step {}.", path, json.at("step").dump(), step);
    return Rating{rated_value(json.at("value")), json.at("larger_is_better").get<bool>(),
                  rated_value(json.value("loss", ordered_json(nullptr)))};  // missing in older ones
  } catch (const ordered_json::exception& error) {
    throw Error("{}: is not a rating of a checkpoint ({}).", path, error.what());
  }
}

}  // namespace galen::trainer
