#include "data/text/learn_vocabulary.h"
#include "data/text/vocabulary.h"

#include <algorithm>
#include <queue>
#include <tuple>

namespace galen::data {
namespace {

using Piece = std::int32_t;
using Pair = std::pair<Piece, Piece>;

struct PairHash {
  std::size_t operator()(const Pair& pair) const {
    return std::hash<std::uint64_t>()(static_cast<std::uint64_t>(pair.first) << 32 | static_cast<std::uint32_t>(pair.second));
  }
};

/// A word as it is cut at present.
struct Cut {
  std::vector<Piece> pieces;
  std::int64_t count = 0;
};

/// "word" as "w", "##o", "##r", "##d".
std::vector<std::string> characters(const std::string& word) {
  std::vector<std::string> pieces;
  for (const char byte : word) {
    const bool continues = (static_cast<unsigned char>(byte) & 0xC0) == 0x80;
    if (!continues) pieces.emplace_back(pieces.empty() ? "" : "##");
    pieces.back() += byte;
  }
  return pieces;
}

class PieceLearner {
 public:
  PieceLearner(const std::vector<WordCounts::Entry>& words, std::int64_t size) : size_(static_cast<std::size_t>(size)) {
    for (const char* special : {kPaddingToken, kUnknownToken, kStartToken, kEndToken, "[MASK]"}) add_token(special);
    add_alphabet(words);
    for (const WordCounts::Entry& entry : words) add_word(entry);
    for (const auto& [pair, occurrences] : pairs_) queue_.push({occurrences.count, pair});
  }

  std::vector<std::string> learn() {
    while (tokens_.size() < size_ && !queue_.empty()) {
      const auto [count, pair] = queue_.top();
      queue_.pop();
      if (count < 2) break;
      if (pairs_.at(pair).count == count) join(pair);  // otherwise a later entry has the pair's present count
    }
    return std::move(tokens_);
  }

 private:
  struct Occurrences {
    std::int64_t count = 0;
    std::vector<std::size_t> words;  ///< that have or had the pair
  };

  struct Candidate {
    std::int64_t count;
    Pair pair;
    bool operator<(const Candidate& other) const { return std::tie(count, other.pair) < std::tie(other.count, pair); }
  };

  Piece add_token(const std::string& text) {
    const auto [found, added] = ids_.emplace(text, static_cast<Piece>(tokens_.size()));
    if (added) tokens_.push_back(text);
    return found->second;
  }

  void add_alphabet(const std::vector<WordCounts::Entry>& words) {
    std::unordered_map<std::string, std::int64_t> counts;
    for (const WordCounts::Entry& entry : words) {
      for (const std::string& character : characters(entry.word)) counts[character] += entry.count;
    }
    std::vector<std::pair<std::string, std::int64_t>> alphabet(counts.begin(), counts.end());
    std::sort(alphabet.begin(), alphabet.end(),
              [](const auto& a, const auto& b) { return std::tie(b.second, a.first) < std::tie(a.second, b.first); });
    for (const auto& [character, count] : alphabet) {
      if (tokens_.size() < size_) add_token(character);
    }
  }

  void add_word(const WordCounts::Entry& entry) {
    Cut cut = {{}, entry.count};
    for (const std::string& character : characters(entry.word)) {
      const auto found = ids_.find(character);
      if (found == ids_.end()) return;  // its character is too rare for the vocabulary
      cut.pieces.push_back(found->second);
    }
    cuts_.push_back(std::move(cut));
    count_pairs(cuts_.size() - 1, +1);
  }

  void count_pairs(std::size_t word, int sign) {
    const Cut& cut = cuts_[word];
    for (std::size_t i = 0; i + 1 < cut.pieces.size(); ++i) {
      Occurrences& occurrences = pairs_[{cut.pieces[i], cut.pieces[i + 1]}];
      occurrences.count += sign * cut.count;
      if (sign > 0 && (occurrences.words.empty() || occurrences.words.back() != word)) occurrences.words.push_back(word);
      touched_.emplace_back(cut.pieces[i], cut.pieces[i + 1]);
    }
  }

  void join(const Pair& pair) {
    const Piece joined = add_token(tokens_[pair.first] + tokens_[pair.second].substr(2));  // a second piece begins with ##
    touched_.clear();
    for (const std::size_t word : std::vector<std::size_t>(pairs_.at(pair).words)) {
      count_pairs(word, -1);
      std::vector<Piece>& pieces = cuts_[word].pieces;
      std::size_t out = 0;
      for (std::size_t i = 0; i < pieces.size(); ++i, ++out) {
        const bool here = i + 1 < pieces.size() && Pair(pieces[i], pieces[i + 1]) == pair;
        pieces[out] = here ? joined : pieces[i];
        i += here;
      }
      pieces.resize(out);
      count_pairs(word, +1);
    }
    std::sort(touched_.begin(), touched_.end());
    touched_.erase(std::unique(touched_.begin(), touched_.end()), touched_.end());
    for (const Pair& changed : touched_) queue_.push({pairs_.at(changed).count, changed});
  }

  std::size_t size_;
  std::vector<std::string> tokens_;
  std::unordered_map<std::string, Piece> ids_;
  std::vector<Cut> cuts_;
  std::unordered_map<Pair, Occurrences, PairHash> pairs_;
  std::vector<Pair> touched_;
  std::priority_queue<Candidate> queue_;
};

}  // namespace

std::vector<std::string> learn_word_pieces(const std::vector<WordCounts::Entry>& words, std::int64_t size) {
  return PieceLearner(words, size).learn();
}

}  // namespace galen::data
