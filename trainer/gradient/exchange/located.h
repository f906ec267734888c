#pragma once

#include "galen/error.h"

#include <c10/util/Exception.h>

#include <string>

namespace galen::trainer {

/// Runs `work`. Exceptions of LibTorch and CUDA, which name neither place nor time, become a galen::Error whose text begins with `place()`;
/// so does a galen::Error.
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
