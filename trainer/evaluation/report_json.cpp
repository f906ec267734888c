#include "trainer/evaluation/report.h"

#include <ATen/core/TensorAccessor.h>

#include <nlohmann/json.hpp>

#include <cmath>

namespace galen::trainer {
namespace {

nlohmann::json number(double value) { return std::isfinite(value) ? nlohmann::json(value) : nlohmann::json(nullptr); }

nlohmann::json to_json(const Estimate& estimate) {
  nlohmann::json json = {{"value", number(estimate.value)}, {"low", number(estimate.low)}, {"high", number(estimate.high)}};
  if (estimate.method != Method::kNone) json["method"] = describe(estimate.method);
  if (estimate.undefined_resamples > 0) json["undefined_resamples"] = estimate.undefined_resamples;
  return json;
}

}  // namespace

nlohmann::json to_json(const Report& report) {
  nlohmann::json json = nlohmann::json::object();
  for (const Estimate& estimate : report.metrics) json[estimate.name] = to_json(estimate);
  if (report.confusion.defined()) {
    const auto cell = report.confusion.accessor<std::int64_t, 2>();
    for (std::int64_t row = 0; row < cell.size(0); ++row) {
      json["confusion"].push_back(std::vector<std::int64_t>(cell[row].data(), cell[row].data() + cell.size(1)));
    }
    json["classes"] = report.class_names;
  }
  if (!report.positive_class.empty()) json["positive_class"] = report.positive_class;
  if (report.prevalence) json["prevalence"] = *report.prevalence;
  json["samples"] = report.samples;
  json["patients"] = report.patients ? nlohmann::json(*report.patients) : nlohmann::json(nullptr);
  if (!report.notes.empty()) json["notes"] = report.notes;
  return json;
}

}  // namespace galen::trainer
