#include "galen/terminal_text.h"
#include "galen/utf8.h"
#include "trainer/linear/report.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace galen::trainer::linear {
namespace {

constexpr std::int64_t kMostLines = 60;  // of coefficients, for each linear predictor
constexpr std::int64_t kWidestName = 40;

using Cells = std::vector<std::string>;

// Four digits; three of errors and odds ratios.
std::string four_digits(double value) { return std::isnan(value) ? "" : fmt::format("{:#.4g}", value); }
std::string three_digits(double value) { return std::isnan(value) ? "" : fmt::format("{:#.3g}", value); }

std::string probability_text(double p) {
  if (std::isnan(p)) return "";
  return p < 0.001 ? "<0.001" : fmt::format("{:.3f}", p);
}

std::string range_text(double low, double high, std::string (*digits)(double)) {
  return std::isnan(low) ? "" : fmt::format("{} to {}", digits(low), digits(high));
}

std::string cut_name(const std::string& name) {
  if (count_characters(name) <= kWidestName) return name;
  std::string cut;
  for (const char byte : name) {
    const bool begins = (static_cast<unsigned char>(byte) & 0xC0) != 0x80;
    if (begins && count_characters(cut) == kWidestName - 1) break;
    cut += byte;
  }
  return cut + "…";
}

// Columns are as wide as their widest cell, two blanks apart; the first is aligned left, the others right.
std::string table_text(const std::vector<Cells>& lines) {
  std::vector<std::int64_t> widths(lines.front().size());
  for (const Cells& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], count_characters(line[i]));
  }
  std::string text;
  for (const Cells& line : lines) {
    std::string row;
    for (std::size_t i = 0; i < line.size(); ++i) {
      const std::string blanks(widths[i] - count_characters(line[i]), ' ');
      row += i == 0 ? line[i] + blanks : fmt::format("  {}{}", blanks, line[i]);
    }
    row.erase(row.find_last_not_of(' ') + 1);
    text += row + "\n";
  }
  return text;
}

Cells header_of(const Inference& inference, bool ratios, bool rates) {
  Cells cells{"", "coefficient"};
  if (inference.covariance) {
    for (const char* cell : {"std. error", inference.degrees ? "t" : "z", "p", "95 % interval"}) cells.emplace_back(cell);
  }
  if (ratios) cells.emplace_back(fmt::format("{} ratio{}", rates ? "rate" : "odds", inference.covariance ? " (95 % interval)" : ""));
  return cells;
}

Cells line_of(const std::string& name, const Estimate& estimate, bool tested, bool ratios) {
  Cells cells{cut_name(name), four_digits(estimate.coefficient)};
  if (tested) {
    cells.push_back(three_digits(estimate.error));
    cells.push_back(std::isnan(estimate.statistic) ? "" : fmt::format("{:.2f}", estimate.statistic));
    cells.push_back(probability_text(estimate.p));
    cells.push_back(range_text(estimate.low, estimate.high, four_digits));
  }
  if (ratios) {
    std::string ratio = name == "(intercept)" ? "" : three_digits(std::exp(estimate.coefficient));
    if (!ratio.empty() && !std::isnan(estimate.low)) {
      ratio += fmt::format(" ({})", range_text(std::exp(estimate.low), std::exp(estimate.high), three_digits));
    }
    cells.push_back(ratio);
  }
  return cells;
}

std::string heading(const Fit& fit, const Inference& inference) {
  const Moments& moments = fit.problem().moments;
  const Names& names = fit.specification().names;
  std::string text = fmt::format("{}: {} patients", name_of(fit.specification().kind), moments.patients);
  if (moments.patients != moments.rows)
    text = fmt::format("{}: {} samples of {} patients", name_of(fit.specification().kind), moments.rows, moments.patients);
  if (fit.specification().classes == 2) text += fmt::format(", {} of {}", fit.class_rows()[1], names.outputs.front());
  text += fmt::format("; log-likelihood {:.3f}", inference.log_likelihood);
  if (fit.specification().penalty.firth) text += " (penalised)";
  if (!std::isnan(inference.r_squared)) text += fmt::format(", R² {:.4f}", inference.r_squared);
  const FitState& state = fit.state();
  text += fmt::format("; {} {} round{}, largest gradient {:.1e}", state.converged ? "converged in" : "not converged after", state.rounds,
                      state.rounds == 1 ? "" : "s", inference.largest_gradient);
  return wrap(text, 2) + "\n";
}

std::vector<std::string> notes(const Fit& fit, const Inference& inference) {
  std::vector<std::string> sentences = left_out(fit, inference);
  if (!inference.why_none.empty()) sentences.push_back(inference.why_none);
  if (inference.covariance && inference.kind == Covariance::kPatient) {
    sentences.emplace_back("Standard errors allow for several samples of a patient (clustered by patient).");
  }
  if (inference.covariance && inference.kind == Covariance::kRobust) sentences.emplace_back("Standard errors are robust (HC1).");
  if (inference.interval == IntervalKind::kLikelihood && inference.covariance)
    sentences.emplace_back("Intervals are those of the profile likelihood.");
  if (!std::isnan(inference.f)) {
    sentences.push_back(fmt::format("All slopes together: F {:.4g} on {} and {} degrees of freedom, p {}.", inference.f,
                                    inference.f_degrees, *inference.degrees, probability_text(inference.f_p)));
  }
  if (fit.problem().moments.patients < fit.problem().moments.rows && fit.specification().penalty.firth) {
    sentences.emplace_back("Samples of one patient are treated as independent, which makes standard errors too small.");
  }
  return sentences;
}

}  // namespace

std::string report_text(const Fit& fit, const Inference& inference) {
  const Names& names = fit.specification().names;
  const bool ratios = fit.specification().kind != Kind::kLinear;
  std::string text = heading(fit, inference);
  for (std::size_t output = 0; output < inference.estimates.size(); ++output) {
    const std::vector<Estimate>& estimates = inference.estimates[output];
    if (inference.estimates.size() > 1) {
      text += fmt::format("\n{}{}\n", names.outputs[output], names.reference.empty() ? "" : fmt::format(" against {}", names.reference));
    }
    std::vector<Cells> lines{header_of(inference, ratios, fit.specification().kind == Kind::kPoisson)};
    std::int64_t shown = 0, all = 0;
    for (std::size_t column = 0; column < names.columns.size(); ++column) {
      if (fit.state().used[column] == 0 || ++all > kMostLines) continue;
      lines.push_back(line_of(names.columns[column], estimates[1 + column], inference.covariance.has_value(), ratios));
      ++shown;
    }
    lines.push_back(line_of("(intercept)", estimates.front(), inference.covariance.has_value(), ratios));
    text += table_text(lines);
    if (all > shown) text += fmt::format("… and {} more columns, in findings.json\n", all - shown);
  }
  for (const std::string& sentence : notes(fit, inference)) text += wrap(sentence, 2) + "\n";
  return text;
}

}  // namespace galen::trainer::linear
