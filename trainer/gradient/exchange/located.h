#pragma once

#include "galen/error.h"

#include <c10/util/Exception.h>

#include <string>

namespace galen::trainer {

/// Runs `work`. What LibTorch or CUDA throw in it, which says neither where nor when, becomes a galen::Error that begins with the words of
/// `place()`; so does a galen::Error.
template <typename Place, typename Work>
auto located(Place place, Work work) -> decltype(work()) {
  try {
    return work();
  } catch (const Error& error) {
    throw Error("{}: {}", place(), error.what());
  } catch (const c10::Error& error) {
    throw Error("{}: LibTorch reports: {}", place(), error.what_without_backtrace());
  }
}

}  // namespace galen::trainer
