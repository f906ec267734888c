#pragma once

#include "launch/options/option.h"

#include <functional>
#include <initializer_list>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace galen::launch {

/// A parsed command line: "--key value", "--key=value", "--flag", and operands.
struct CommandLine {
  std::vector<std::pair<std::string, std::string>> values;  ///< in the order given
  std::vector<std::string> operands;                        ///< such as FILE.cfg
};

/// Throws galen::UsageError for an unknown key, a key without its value, and more than `operands` operands.
CommandLine parse_command_line(const std::vector<std::string>& arguments, const std::vector<Option>& options, std::size_t operands);

inline constexpr char kCommandLine[] = "command line";  ///< the origin of values on the command line

/// Options and the origins of their values. Mistakes throw galen::UsageError naming key, value, origin, and allowed values.
class Configuration {
 public:
  /// Keys without a section come first, because a configuration file cannot leave a section.
  explicit Configuration(std::vector<Option> options);

  /// A Boost.Program_options file: "[section]", then lines "key = value"; "#" begins a comment. Quotes around a whole value are removed.
  void read_file(const std::string& file);

  /// Reads the values of these options; the others belong to another part of the program.
  void read(const CommandLine& line);

  const std::vector<Option>& options() const { return options_; }
  const std::string& origin(const std::string& key) const;   ///< "default", "command line" or the file
  const std::string& initial(const std::string& key) const;  ///< its value before anything was read
  bool is_set(const std::string& key) const;                 ///< on the command line or in the file
  std::set<std::string> written() const;                     ///< keys whose value is on the command line or in the file

  /// Throws galen::UsageError, "--KEY WHY.", if one of `keys` is written: it has no effect.
  void refuse(std::initializer_list<const char*> keys, const std::string& why) const;

  /// Removes options, as if the command did not have them.
  void remove_if(const std::function<bool(const Option&)>& is_removed);

  /// All values as a configuration file, each with a comment that names its origin.
  std::string to_text() const;

 private:
  void set(const std::string& key, const std::string& value, const std::string& origin);

  std::vector<Option> options_;
  std::map<std::string, std::string> initial_;
  std::map<std::string, std::string> origins_;  ///< of values other than the default
};

/// All values as a configuration file that Configuration::read_file() can read.
std::string to_text(const std::vector<Option>& options);

/// Key → value of all options.
std::map<std::string, std::string> record_of(const std::vector<Option>& options);

std::vector<std::string> keys(const std::vector<Option>& options);

}  // namespace galen::launch
