#include "launch/options/configuration.h"

#include "galen/error.h"
#include "galen/nearest_name.h"
#include "galen/regular_file.h"
#include "launch/options/suggestion.h"

#include <algorithm>
#include <boost/program_options/errors.hpp>
#include <boost/program_options/options_description.hpp>
#include <boost/program_options/parsers.hpp>
#include <fstream>
#include <set>
#include <sstream>

namespace galen::launch {

namespace {

namespace po = boost::program_options;

const Option* find(const std::vector<Option>& options, const std::string& key) {
  const auto found = std::find_if(options.begin(), options.end(), [&](const Option& option) { return option.key == key; });
  return found == options.end() ? nullptr : &*found;
}

[[noreturn]] void throw_unknown(const std::string& argument, const std::vector<Option>& options) {
  const std::size_t begin = std::min(argument.find_first_not_of('-'), argument.size());
  const std::string key = argument.substr(begin, argument.find('=') - begin);
  throw UsageError("There is no option --{}.{} See --help for all of them.", key, did_you_mean(key, keys(options), "--"));
}

// Boost's parser reports the bad line but not its number; it stopped reading after it.
long lines_read(std::istringstream& stream) {
  stream.clear();
  const std::string text = stream.str();
  const auto position = stream.tellg();
  const auto end = position < 0 ? text.end() : text.begin() + static_cast<std::ptrdiff_t>(position);
  const long breaks = std::count(text.begin(), end, '\n');
  return end == text.begin() || *(end - 1) == '\n' ? breaks : breaks + 1;
}

// Quotes around a whole value are not part of it, as in most other configuration files.
std::string without_quotes(const std::string& value, const std::string& key, const std::string& origin) {
  const auto is_quote = [](char c) { return c == '"' || c == '\''; };
  if (value.empty() || (!is_quote(value.front()) && !is_quote(value.back()))) return value;
  const char quote = is_quote(value.front()) ? value.front() : value.back();
  const std::string inner = value.substr(1, std::max<std::size_t>(value.size(), 2) - 2);
  if (value.size() > 1 && value.front() == value.back() && inner.find(quote) == std::string::npos) return inner;
  throw UsageError("{}: {} = {}: quotes must surround the whole value. Remove them{}.", origin, key, value,
                   value.front() != value.back() ? "; in a configuration file # begins a comment, also between quotes" : "");
}

std::string read_text(const std::string& file) {
  if (const std::string kind = special_kind(file); !kind.empty())
    throw UsageError("{}: is {}, not a configuration file. Write its contents into a file, and name that.", file, kind);
  std::ifstream stream(file);
  std::ostringstream text;
  if (!stream || !(text << stream.rdbuf())) {
    throw UsageError("{}: the configuration file cannot be read. Check the path; it is relative to the current folder.", file);
  }
  return text.str();
}

std::string section_of(const std::string& key) { return key.find('.') == std::string::npos ? "" : key.substr(0, key.find('.')); }

std::string write(const std::vector<Option>& options, const std::function<std::string(const std::string& key)>& comment) {
  std::string text;
  std::string section;
  for (const Option& option : options) {
    if (section_of(option.key) != section) {
      section = section_of(option.key);
      text += fmt::format("{}[{}]\n", text.empty() ? "" : "\n", section);
    }
    const std::string line = fmt::format("{} = {}", section.empty() ? option.key : option.key.substr(section.size() + 1), option.get());
    const std::string remark = comment(option.key);
    text += remark.empty() ? line + "\n" : fmt::format("{:<44} # {}\n", line, remark);
  }
  return text;
}

}  // namespace

// A flag consumes the next argument only if it is one of its values: in "--resume auto" it is, in "--resume quickstart.cfg" it is a
// file.
CommandLine parse_command_line(const std::vector<std::string>& arguments, const std::vector<Option>& options, std::size_t operands) {
  const auto names_option = [&](const std::string& text) { return text.starts_with("--") && find(options, text.substr(2)) != nullptr; };
  CommandLine line;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    if (!argument.starts_with('-')) {
      line.operands.push_back(argument);
      continue;
    }
    const std::size_t equals = argument.find('=');
    const Option* option = argument.starts_with("--") ? find(options, argument.substr(2, equals - 2)) : nullptr;
    if (option == nullptr) throw_unknown(argument, options);

    const bool another = i + 1 < arguments.size() && !names_option(arguments[i + 1]);
    if (equals != std::string::npos) {
      line.values.emplace_back(option->key, argument.substr(equals + 1));
    } else if (option->flag) {
      line.values.emplace_back(option->key, another && option->set(arguments[i + 1]) ? arguments[++i] : "true");
    } else if (another) {
      line.values.emplace_back(option->key, arguments[++i]);
    } else {
      throw UsageError("--{0} needs a value: --{0} VALUE. See --help for allowed values.", option->key);
    }
  }
  if (line.operands.size() > operands) {
    throw UsageError("{} is an unexpected argument. Names of options begin with two dashes, as in --key value; see --help.",
                     line.operands[operands]);
  }
  return line;
}

Configuration::Configuration(std::vector<Option> options) : options_(std::move(options)), initial_(record_of(options_)) {}

void Configuration::read_file(const std::string& file) {
  std::istringstream stream(read_text(file));
  std::set<std::string> seen;
  try {
    for (const po::option& option : po::parse_config_file(stream, po::options_description(), /*allow_unregistered=*/true).options) {
      if (!seen.insert(option.string_key).second)
        throw UsageError("{}: {} is set twice. Remove one of the two lines.", file, option.string_key);
      set(option.string_key, option.value.front(), file);
    }
  } catch (const po::error& error) {
    throw UsageError("{}:{}: the line is neither a [section], nor key = value, nor a # comment.", file, lines_read(stream));
  }
}

void Configuration::read(const CommandLine& line) {
  for (const auto& [key, value] : line.values) {
    if (find(options_, key) != nullptr) set(key, value, kCommandLine);
  }
}

void Configuration::set(const std::string& key, const std::string& given, const std::string& origin) {
  const Option* option = find(options_, key);
  if (option == nullptr) {
    throw UsageError("{}: there is no key {}.{} See --help for all of them.", origin, key, did_you_mean(key, keys(options_)));
  }
  const std::string value = without_quotes(given, key, origin);
  if (value.find_first_of("#\n") != std::string::npos) {
    throw UsageError("{}: {} = {} cannot be stored in a configuration file, where # begins a comment. Use a name without #.", origin, key,
                     value);
  }
  if (!option->set(value)) {
    const std::string meant = option->suggest ? option->suggest(value) : nearest(value, option->choices);
    throw UsageError("{}: {} = {} is not allowed.{} It must be {}.", origin, key, value.empty() ? "(nothing)" : value, suggestion_of(meant),
                     option->kind);
  }
  origins_[key] = origin;
}

const std::string& Configuration::origin(const std::string& key) const {
  static const std::string kDefault = "default";
  const auto found = origins_.find(key);
  return found == origins_.end() ? kDefault : found->second;
}

const std::string& Configuration::initial(const std::string& key) const { return initial_.at(key); }

bool Configuration::is_set(const std::string& key) const { return origins_.contains(key); }

void Configuration::remove_if(const std::function<bool(const Option&)>& is_removed) { std::erase_if(options_, is_removed); }

std::set<std::string> Configuration::written() const {
  std::set<std::string> keys;
  for (const auto& [key, origin] : origins_) keys.insert(key);
  return keys;
}

void Configuration::refuse(std::initializer_list<const char*> keys, const std::string& why) const {
  for (const char* key : keys) {
    if (origins_.count(key) > 0) throw UsageError("--{} {}.", key, why);
  }
}

std::string Configuration::to_text() const {
  return write(options_, [this](const std::string& key) { return origin(key); });
}

std::string to_text(const std::vector<Option>& options) {
  return write(options, [](const std::string&) { return std::string(); });
}

std::map<std::string, std::string> record_of(const std::vector<Option>& options) {
  std::map<std::string, std::string> record;
  for (const Option& option : options) record[option.key] = option.get();
  return record;
}

std::vector<std::string> keys(const std::vector<Option>& options) {
  std::vector<std::string> names;
  for (const Option& option : options) names.push_back(option.key);
  return names;
}

}  // namespace galen::launch
