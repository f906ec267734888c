#pragma once

#include "data/formats/import_workers.h"
#include "data/formats/packing.h"
#include "galen/error.h"
#include "galen/missing_file.h"

#include <cstddef>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace galen::data {

// Work of an import that is done once, whatever the number of ranks. What it gives is packed even for one rank, so that a field that
// fields() does not name is missed at once.

/// What work gave, or why it did not.
template <typename Value>
struct Outcome {
  enum Kind { kValue, kBad, kUsage, kMissing };

  Kind kind = kBad;
  std::optional<Value> value = {};
  std::string error = {};

  bool is_good() const { return kind == kValue; }

  /// Throws the error again; a bad item's as galen::Error.
  const Value& get() const {
    if (kind == kUsage) throw UsageError("{}", error);
    if (kind == kMissing) throw MissingFile("{}", error);
    if (kind == kBad) throw Error("{}", error);
    return *value;
  }
  Value take() {
    get();
    return std::move(*value);
  }
};

template <typename Archive, typename Value>
void fields(Archive& archive, Outcome<Value>& outcome) {
  archive(outcome.kind, outcome.value, outcome.error);
}

/// What `work` gives, or which galen::Error it throws.
template <typename Value, typename Work>
Outcome<Value> outcome_of(const Work& work) {
  Outcome<Value> outcome;
  try {
    outcome.value.emplace(work());
    outcome.kind = Outcome<Value>::kValue;
  } catch (const UsageError& error) {
    outcome.kind = Outcome<Value>::kUsage;
    outcome.error = error.what();
  } catch (const MissingFile& error) {
    outcome.kind = Outcome<Value>::kMissing;
    outcome.error = error.what();
  } catch (const Error& error) {
    outcome.error = error.what();
  }
  return outcome;
}

/// `work` on rank 0: all ranks get what it gives, or throw what it throws. Collective.
template <typename Value, typename Work>
Value from_first_rank(const ImportWorkers& workers, const Work& work) {
  std::string bytes;
  if (workers.rank == 0) bytes = packed(outcome_of<Value>(work));
  return unpacked<Outcome<Value>>(workers.broadcast(bytes)).take();
}

/// `read(i)` for each i below `count`, once, shared out over the ranks in runs: all ranks get all outcomes, in their order. What another
/// rank cannot read, rank 0 tries as well, as hosts need not see the same disks. A galen::UsageError ends it on all ranks. Collective.
template <typename Value, typename Read>
std::vector<Outcome<Value>> read_once(std::size_t count, const ImportWorkers& workers, const Read& read) {
  const auto begin_of = [&](int rank) { return count * static_cast<std::size_t>(rank) / static_cast<std::size_t>(workers.size); };
  std::vector<Outcome<Value>> mine;
  for (std::size_t i = begin_of(workers.rank); i < begin_of(workers.rank + 1); ++i) {
    mine.push_back(outcome_of<Value>([&] { return read(i); }));
    if (mine.back().kind == Outcome<Value>::kUsage) break;
  }
  std::vector<Outcome<Value>> all;
  for (const std::string& bytes : workers.all_gather(packed(mine))) {
    std::vector<Outcome<Value>> part = unpacked<std::vector<Outcome<Value>>>(bytes);
    for (const Outcome<Value>& one : part) {
      if (one.kind == Outcome<Value>::kUsage) one.get();
    }
    all.insert(all.end(), std::make_move_iterator(part.begin()), std::make_move_iterator(part.end()));
  }
  std::vector<std::size_t> bad;
  for (std::size_t i = begin_of(1); i < count; ++i) {
    if (!all[i].is_good()) bad.push_back(i);
  }
  if (bad.empty()) return all;
  std::vector<Outcome<Value>> again;
  for (const std::size_t i : bad) {
    if (workers.rank == 0) again.push_back(outcome_of<Value>([&] { return read(i); }));
  }
  again = unpacked<std::vector<Outcome<Value>>>(workers.broadcast(packed(again)));
  for (std::size_t i = 0; i < bad.size(); ++i) {
    if (again[i].kind == Outcome<Value>::kUsage) again[i].get();
    all[bad[i]] = std::move(again[i]);
  }
  return all;
}

}  // namespace galen::data
