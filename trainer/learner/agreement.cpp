#include "trainer/learner/agreement.h"

#include "comm/collectives.h"
#include "galen/error.h"

namespace galen::trainer {

namespace {

constexpr char kSeparator = '\0';

std::string joined(const std::vector<Fact>& facts) {
  std::string text;
  for (const Fact& fact : facts) text += fact.what + " = " + fact.value + kSeparator;
  return text;
}

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0, end; (end = text.find(kSeparator, begin)) != std::string::npos; begin = end + 1) {
    parts.push_back(text.substr(begin, end - begin));
  }
  return parts;
}

}  // namespace

void check_agreement(const std::vector<Fact>& facts, comm::Communicator& world) {
  const std::vector<std::string> all = comm::all_gather(world, joined(facts));
  const std::vector<std::string> first = split(all.front());
  for (std::size_t rank = 1; rank < all.size(); ++rank) {
    if (all[rank] == all.front()) continue;
    const std::vector<std::string> theirs = split(all[rank]);
    std::size_t i = 0;
    while (i < first.size() && i < theirs.size() && first[i] == theirs[i]) ++i;
    throw UsageError(
        "the ranks of this job differ: rank 0 has {}, rank {} has {}. Start all ranks with the same program, options and data.",
        i < first.size() ? first[i] : "nothing more", rank, i < theirs.size() ? theirs[i] : "nothing more");
  }
}

}  // namespace galen::trainer
