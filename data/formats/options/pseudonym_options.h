#pragma once

#include <string>

namespace galen::data {

/// What becomes of the identifiers of patients and samples.
struct PseudonymOptions {
  /// pseudonyms: numbers in order of first appearance (p000001, s000001), or keyed hashes where there is a key. keep: as they are, for
  /// public data.
  std::string identifiers = "pseudonyms";

  /// File of at least 32 secret bytes. The same key and id give the same pseudonym in every import, so that a holder of the key can link
  /// data.
  std::string key_file = {};

  /// Of studies. drop: none comes along. shift: moved into the past by a number of days that patient and key determine.
  std::string dates = "drop";
};

}  // namespace galen::data
