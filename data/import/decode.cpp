#include "data/import/decode.h"

#include "galen/error.h"

#include "data/formats/subset_of_samples.h"

#include <algorithm>
#include <utility>

namespace galen::data {
namespace {

constexpr std::size_t kMostNotes = 20;

void tell(std::vector<std::string> notes, std::vector<std::string>& warnings) {
  const std::size_t more = notes.size() - std::min(notes.size(), kMostNotes);
  notes.resize(notes.size() - more);
  if (more > 0)
    notes.push_back(fmt::format("There {} {} more such note{} on single samples.", more == 1 ? "is" : "are", more, more == 1 ? "" : "s"));
  warnings.insert(warnings.end(), notes.begin(), notes.end());
}

}  // namespace

void decode(const DecodedParts& parts, const ImportWorkers& workers) {
  std::vector<std::int64_t> mine;
  std::int64_t share = 0;
  for (std::int64_t part = workers.rank; part < parts.count(); part += workers.size) {
    mine.push_back(part);
    share += parts.samples_in(part);
  }
  std::int64_t done = 0;
  for (const std::int64_t part : mine) {
    if (parts.has(part)) {
      done += parts.samples_in(part);
    } else {
      parts.make(part, [&] { workers.progress("decoded", ++done * parts.samples() / share, parts.samples()); });
    }
  }
  workers.barrier();
}

void leave_out_bad(Source& source, const DecodedParts& parts, std::vector<std::string>& skipped) {
  std::vector<std::int64_t> good;
  std::vector<std::string> notes;
  for (std::int64_t part = 0; part < parts.count(); ++part) {
    if (!parts.has(part)) parts.make(part, [] {});  // made on a host that sees another folder
    const DecodedParts::Index index = parts.index(part);
    good.insert(good.end(), index.good.begin(), index.good.end());
    skipped.insert(skipped.end(), index.bad.begin(), index.bad.end());
    notes.insert(notes.end(), index.notes.begin(), index.notes.end());
  }
  tell(std::move(notes), source.warnings);
  if (good.empty()) throw Error("{} None of the {} samples can be read.", skipped.front(), parts.samples());
  keep_samples(source, good);
}

}  // namespace galen::data
