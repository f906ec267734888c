#pragma once

#include "data/formats/options/pseudonym_options.h"

#include <string>
#include <vector>

namespace galen::data {

struct Source;

/// What a data set says about its origin without saying whose it is. Reads and checks the key file: one that is missing, short or readable
/// by everybody throws galen::Error, options that do not go together galen::UsageError.
class Pseudonyms {
 public:
  explicit Pseudonyms(const PseudonymOptions& options);

  bool keeps_identifiers() const { return keep_; }

  /// One phrase for the file: numbered, keyed (with a fingerprint of the key), kept.
  std::string description() const;

  /// Replaces group ids, sample ids and dates. The split must have been drawn before: it is drawn over the true ids.
  void apply(Source& source) const;

 private:
  std::string hash(const char* purpose, const std::string& id) const;  ///< 16 bytes of keyed BLAKE2b
  std::vector<std::string> rename(const std::vector<std::string>& ids, char prefix) const;
  std::string shift(const std::string& date, const std::string& patient) const;

  bool keep_;
  bool shift_dates_;
  std::string key_;  ///< 32 bytes; empty: no key
};

}  // namespace galen::data
