#include "data/formats/wfdb/lead_names.h"

#include "galen/lower_case.h"

#include <algorithm>
#include <cctype>
#include <set>

namespace galen::data {
namespace {

/// Without blanks and _, which do not count.
const std::set<std::string> kLeads = {"i", "ii", "iii", "avr",  "avl",   "avf", "-avr", "vx", "vy",  "vz", "x",
                                      "y", "z",  "mli", "mlii", "mliii", "es",  "e-s",  "as", "a-s", "ai", "a-i"};

/// That may have a number behind them of up to two digits: V1, ML2, ECG 3.
const std::set<std::string> kNumbered = {"ecg",     "ekg",  "v",      "ml",   "mcl",  "cm",    "cc",   "cs",    "cb",   "d",   "ch",
                                         "channel", "lead", "signal", "fecg", "resp", "pleth", "ppg",  "abp",   "art",  "bp",  "nibp",
                                         "cvp",     "pap",  "icp",    "co2",  "spo2", "sao2",  "hr",   "pulse", "eeg",  "eog", "emg",
                                         "scg",     "pcg",  "icg",    "gsr",  "eda",  "acc",   "accx", "accy",  "accz", "temp"};

const std::set<std::string> kUnits = {"mV", "uV", "µV",  "nV", "V",   "mmHg", "kPa",  "cmH2O", "%",     "bpm",  "NU",
                                      "nu", "nd", "adu", "pm", "Hz",  "degC", "degF", "l/min", "L/min", "ml",   "mL",
                                      "l",  "L",  "s",   "ms", "Ohm", "ohm",  "kOhm", "uS",    "g",     "m/s2", "deg"};

}  // namespace

bool is_usual_lead(const std::string& description) {
  static constexpr std::string_view kLead = "lead";
  std::string name = lower_case(description);
  std::erase_if(name, [](char c) { return c == ' ' || c == '_'; });
  if (name.starts_with(kLead) && kLeads.count(name.substr(kLead.size())) > 0) return true;
  if (kLeads.count(name) > 0) return true;
  for (int digits = 0; digits <= 2 && !name.empty(); ++digits) {
    if (kNumbered.count(name) > 0) return true;
    if (std::isdigit(static_cast<unsigned char>(name.back())) == 0) return false;
    name.pop_back();
  }
  return name.empty();  // a number alone
}

bool is_usual_unit(const std::string& unit) { return kUnits.count(unit) > 0; }

}  // namespace galen::data
