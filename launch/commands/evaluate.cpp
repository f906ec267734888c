#include "galen/output_file.h"
#include "launch/audit/actor.h"
#include "launch/audit/hashes.h"
#include "launch/audit/run_audit.h"
#include "launch/commands/commands.h"
#include "launch/options/experiment_options.h"
#include "launch/options/help.h"
#include "launch/options/prediction_options.h"
#include "launch/process/exit_code.h"
#include "launch/process/first_rank.h"
#include "trainer/evaluation/report.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>
#include <string_view>

namespace galen::launch {

namespace {

const Manual kEvaluateManual = {
    "galen evaluate --checkpoint RUN/best [--key value …]",
    "Evaluates a checkpoint on labelled data: metrics with 95 % intervals over patients (over samples if the file has no patients) "
    "and "
    "the confusion matrix. Areas under the curve have DeLong's variance, summed within patients, on the logit; shares such as sensitivity "
    "have Wilson's interval on the effective number of cases; all others a bootstrap over patients (BCa). The report names each metric's "
    "method, or that there is none. A probability of 0.5 or more is positive. Metrics are the same alone and under mpirun. A value that "
    "the data does not determine, such as the AUC of one class, is undefined: null in JSON, with a note that says why. The audit log of "
    "the "
    "checkpoint's run records it.",
    {
        "galen evaluate --checkpoint runs/quickstart/best",
        "mpirun -np 2 galen evaluate --checkpoint runs/quickstart/best --data.file other_hospital.h5 --data.split all --json other.json",
        "galen evaluate --checkpoint runs/quickstart/best --prevalence 0.02",
    }};

struct EvaluateSettings {
  trainer::DatasetPredictionOptions prediction;
  trainer::IntervalOptions intervals;
  double prevalence = 0;
  std::string json;
  std::string audit_key_file;
};

std::vector<Option> evaluate_options(EvaluateSettings& settings) {
  std::vector<Option> options = prediction_options(settings.prediction);
  for (Option& option : describe(settings.intervals)) options.push_back(std::move(option));
  options.push_back(number(
      "prevalence", settings.prevalence, from_to_below(0, 1),
      "Share of positives among the patients for whom the model is intended: adds ppv and npv for it, by Bayes' rule, because those of "
      "these samples are valid only for their own share. 0: off."));
  options.push_back(text("json", settings.json, "File to write the report to; an existing file is replaced."));
  options.push_back(audit_key_option(settings.audit_key_file));
  return options;
}

// Without the reason for the choice and without the ranks' own devices: the report is the same on any number of workers.
std::string device_alone(const std::string& words) { return words.substr(0, std::min(words.find(", because "), words.find(';'))); }

// The report, with its data and options.
std::string json_text(const trainer::Report& report, const EvaluateSettings& settings, const trainer::DatasetPrediction& prediction) {
  nlohmann::json json = trainer::to_json(report);
  if (!prediction.notes.empty()) json["notes"] = prediction.notes;
  const data::Dataset& dataset = *prediction.dataset;
  json["of"] = {{"checkpoint", settings.prediction.checkpoint},
                {"data_file", settings.prediction.dataset.file},
                {"data_digest", dataset.digest()},
                {"split", settings.prediction.subset},
                {"batch", prediction.batch},
                {"interval", fmt::format("95 %, over {}, each by its method", dataset.knows_patients() ? "patients" : "samples")},
                {"resamples", settings.intervals.resamples},
                {"seed", settings.intervals.seed},
                {"device", device_alone(prediction.device)},
                {"program_version", GALEN_VERSION}};
  return json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

void tell(const trainer::Report& report, const std::string& text, const EvaluateSettings& settings) {
  fmt::print("{} on the {} split of {}\n{}", settings.prediction.checkpoint, settings.prediction.subset, settings.prediction.dataset.file,
             trainer::describe(report));
  if (settings.json.empty()) return;
  const bool is_file = !is_stream(settings.json);
  write_output(settings.json, text, /*overwrite=*/true);
  if (is_file) fmt::print("Written: {}\n", settings.json);
}

}  // namespace

int evaluate(const Arguments& arguments, comm::Communicator& world) {
  EvaluateSettings settings;
  Configuration configuration(evaluate_options(settings));
  if (asks_for_help(arguments)) {
    std::fputs(to_text(kEvaluateManual, configuration.options()).c_str(), stdout);
    return kDone;
  }
  const CommandLine line = parse_command_line(arguments, configuration.options(), /*operands=*/0);
  read_prediction(configuration, line, settings.prediction, settings.intervals);
  if (settings.intervals.resamples == 0) {
    configuration.refuse({"evaluation.seed", "evaluation.shares"}, "is for intervals, but evaluation.resamples is 0");
  }
  on_first_rank(world, [&] {
    if (!settings.json.empty()) expect_output(settings.json, /*overwrite=*/true);
    check_audit_key(settings.prediction.checkpoint, settings.audit_key_file);
  });

  const trainer::DatasetPrediction done = trainer::predict_dataset(settings.prediction, world);
  trainer::ReportOptions options{.intervals = settings.intervals};
  if (settings.prevalence > 0) options.prevalence = settings.prevalence;
  const trainer::Report report = trainer::make_report(*done.task, done.predictions, *done.dataset, options, world);
  if (world.rank() == 0) {
    const std::string text = json_text(report, settings, done);
    tell_notes(done);
    tell(report, text, settings);
    audit_prediction("evaluated", settings.prediction, *done.dataset, sha256(text), settings.audit_key_file, actor("evaluate", arguments));
  }
  return kDone;
}

}  // namespace galen::launch
