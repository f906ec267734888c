#pragma once

#include "galen/error.h"

#include <string>
#include <vector>

namespace galen::data {

/// Visits all items. What `visit` says of a bad one (galen::Error) goes to `skipped`; what it says of a wrong option (galen::UsageError)
/// goes to the caller.
template <typename Items, typename Visit>
void skip_bad(Items&& items, std::vector<std::string>& skipped, const Visit& visit) {
  for (auto&& item : items) {
    try {
      visit(item);
    } catch (const UsageError&) {
      throw;
    } catch (const Error& error) {
      skipped.emplace_back(error.what());
    }
  }
}

/// Throws galen::Error where all were bad, or there was none: `items` are those that are left, of `what` ("image", "volume").
template <typename Items>
void require_good(const Items& items, const char* what, const std::string& source, const std::vector<std::string>& skipped) {
  if (!items.empty()) return;
  throw Error("{}: no {} can be read from it.{}{}", source, what, skipped.empty() ? "" : " ", skipped.empty() ? "" : skipped.front());
}

}  // namespace galen::data
