#include "data/transforms/grammar.h"

#include "galen/error.h"

#include <cctype>
#include <string_view>

namespace galen::data {

namespace {

constexpr std::string_view kSigns = ";(),=";

bool is_blank(char character) { return std::isspace(static_cast<unsigned char>(character)) != 0; }

class Parser {
 public:
  Parser(const std::string& list, const std::string& text) : list_(list), text_(text) {}

  std::vector<Call> calls() {
    std::vector<Call> result;
    for (skip_blanks(); at_ < text_.size(); skip_blanks()) {
      result.push_back(call());
      if (at_ < text_.size() && !accept(';')) refuse("a semicolon must stand between two transforms");
    }
    return result;
  }

 private:
  Call call() {
    Call result;
    const std::size_t begin = at_;
    result.name = word();
    if (result.name.empty()) refuse("the name of a transform must stand here");
    std::size_t end = at_;
    skip_blanks();
    if (accept('(')) {
      if (!accept(')')) {
        do {
          result.arguments.push_back(argument());
        } while (accept(','));
        if (!accept(')')) refuse(at_ == text_.size() ? "a bracket is not closed" : "a comma or a closing bracket must stand here");
      }
      end = at_;
      skip_blanks();
    }
    result.text = text_.substr(begin, end - begin);
    return result;
  }

  Call::Argument argument() {
    skip_blanks();
    Call::Argument result{{}, word()};
    if (accept('=')) {
      result.name = result.value;
      skip_blanks();
      result.value = word();
    }
    if (result.value.empty()) refuse("a value must stand here");
    return result;
  }

  std::string word() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && !is_blank(text_[at_]) && kSigns.find(text_[at_]) == std::string_view::npos) ++at_;
    return text_.substr(begin, at_ - begin);
  }

  bool accept(char sign) {
    skip_blanks();
    if (at_ == text_.size() || text_[at_] != sign) return false;
    ++at_;
    return true;
  }

  void skip_blanks() {
    while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
  }

  [[noreturn]] void refuse(const char* reason) const {
    throw UsageError("{}: {}: \"{}\" <- here \"{}\". A list reads like \"resize(64, 64); grey\".", list_, reason, text_.substr(0, at_),
                     text_.substr(at_));
  }

  const std::string& list_;
  const std::string& text_;
  std::size_t at_ = 0;
};

}  // namespace

std::vector<Call> parse_calls(const std::string& list, const std::string& text) { return Parser(list, text).calls(); }

}  // namespace galen::data
