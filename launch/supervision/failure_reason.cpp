#include "launch/supervision/failure_reason.h"

#include "launch/open_mpi/open_mpi.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <regex>

namespace galen::launch {

namespace {

constexpr std::size_t kKept = 60;

std::string in_one_line(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) {
    const std::size_t begin = line.find_first_not_of(' ');
    if (begin == std::string::npos) continue;
    if (!text.empty()) text += ' ';
    text.append(line, begin, line.find_last_not_of(" \r") + 1 - begin);
  }
  return text;
}

// Galen's own message, without notes: a paragraph whose lines after the first are indented.
std::string own_message(const std::vector<std::string>& lines) {
  const auto speaks = [](const std::string& line) { return line.starts_with("galen: ") && !line.starts_with("galen: note: "); };
  const auto last = std::find_if(lines.rbegin(), lines.rend(), speaks);
  if (last == lines.rend()) return "";
  const auto first = last.base() - 1;
  const auto end = std::find_if(first + 1, lines.end(), [](const std::string& line) { return !line.starts_with("       "); });
  return in_one_line({first, end}).substr(std::strlen("galen: "));
}

std::string named_host(const std::string& text, const std::string& rank) {
  std::smatch found;
  return std::regex_search(text, found, std::regex(fmt::format("rank {} \\(([^)]+)\\)", rank))) ? found[1].str() : "";
}

}  // namespace

void OutputTail::add(const std::string& bytes) {
  for (const char c : bytes) {
    if (c == '\n') {
      lines_.emplace_back();
      if (lines_.size() > kKept) lines_.pop_front();
    } else {
      lines_.back() += c;
    }
  }
}

std::vector<std::string> OutputTail::lines() const {
  std::vector<std::string> lines;
  for (std::string line : lines_) {
    while (line.ends_with('\r')) line.pop_back();
    line.erase(0, line.rfind('\r') + 1);
    if (!line.empty()) lines.push_back(line);
  }
  return lines;
}

FailureReason find_reason(int exit_code, const OutputTail& output) {
  const std::vector<std::string> lines = output.lines();
  const std::string text = in_one_line(lines);
  std::smatch found;

  if (std::string words = own_message(lines); !words.empty()) {
    FailureReason reason{words, "", ""};
    // "rank 1 (host) has not arrived" names another rank than the one that prints it.
    if (std::regex_search(words, found, std::regex("rank ([0-9]+) \\(([^)]+)\\)"))) {
      reason.rank = found[1];
      reason.host = found[2];
    } else if (std::regex_search(words, found, std::regex("^rank ([0-9]+):"))) {
      reason.rank = found[1];
      reason.host = named_host(text, reason.rank);
    }
    return reason;
  }
  const auto [text_of_end, rank, host] = open_mpi::end_in(text).value_or(open_mpi::end_of(exit_code));
  return {text_of_end, rank, host};
}

}  // namespace galen::launch
