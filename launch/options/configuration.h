#pragma once

#include "launch/options/option.h"

#include <functional>
#include <initializer_list>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace galen::launch {

/// A command line taken apart: "--key value", "--key=value", "--flag", and what stands alone.
struct CommandLine {
  std::vector<std::pair<std::string, std::string>> values;  ///< in the order given
  std::vector<std::string> operands;                        ///< such as FILE.cfg
};

/// Throws galen::UsageError for an unknown key, a key without its value, and more than `operands` operands.
CommandLine parse_command_line(const std::vector<std::string>& arguments, const std::vector<Option>& options, std::size_t operands);

inline constexpr char kCommandLine[] = "command line";  ///< an origin

/// Options and where their values came from. Every mistake throws galen::UsageError naming key, value and place, and what is allowed.
class Configuration {
 public:
  /// Keys without a section come first: a configuration file cannot leave a section.
  explicit Configuration(std::vector<Option> options);

  /// A Boost.Program_options file: "[section]", then lines "key = value"; "#" begins a comment. Quotes around a whole value are left away.
  void read_file(const std::string& file);

  /// The part of the command line that is about these options; the rest belongs to another part of the program.
  void read(const CommandLine& line);

  const std::vector<Option>& options() const { return options_; }
  const std::string& origin(const std::string& key) const;   ///< "default", "command line" or the file
  const std::string& initial(const std::string& key) const;  ///< its value before anything was read
  bool is_set(const std::string& key) const;                 ///< on the command line or in the file
  std::set<std::string> written() const;                     ///< keys whose value stands on the command line or in the file

  /// Throws galen::UsageError, "--KEY WHY.", where one of `keys` is written: what it says does nothing here.
  void refuse(std::initializer_list<const char*> keys, const std::string& why) const;

  /// Takes options out, as if the command did not have them.
  void remove_if(const std::function<bool(const Option&)>& is_removed);

  /// All values as a configuration file, each with a comment that says where it comes from.
  std::string to_text() const;

 private:
  void set(const std::string& key, const std::string& value, const std::string& origin);

  std::vector<Option> options_;
  std::map<std::string, std::string> initial_;
  std::map<std::string, std::string> origins_;  ///< of values that are not the default
};

/// All values as a configuration file that Configuration::read_file() reads back.
std::string to_text(const std::vector<Option>& options);

/// Key → value of all options.
std::map<std::string, std::string> record_of(const std::vector<Option>& options);

std::vector<std::string> keys(const std::vector<Option>& options);

}  // namespace galen::launch
