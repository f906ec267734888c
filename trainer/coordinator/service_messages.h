#pragma once

#include "trainer/run/training_state.h"

#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace galen::trainer {

/// Orders of a worker to the service.
struct KeepOrder {  ///< write this snapshot as a checkpoint
  std::int64_t step = 0;
  int slot = 0;
  std::uint64_t filling = 0;
  int parts = 1;          ///< nodes that share the writing
  bool best = false;      ///< it is, or may be, the best: until there is room, it takes precedence over later ones that are not
  bool evaluate = false;  ///< evaluate it as well
  std::string manifest;
};
struct RateOrder {  ///< the validation result of a checkpoint
  std::int64_t step = 0;
  double value = 0;  ///< NaN: none
  bool larger_is_better = true;
  bool best = false;                                       ///< link RUN/best to it
  double loss = std::numeric_limits<double>::quiet_NaN();  ///< decides between equal values
};
struct EndOrder {  ///< the last order
  Ending ending = Ending::kFinished;
  std::string manifest;  ///< with the state at the end; empty: the worker has failed
};
using Order = std::variant<KeepOrder, RateOrder, EndOrder>;

/// Answers of the service to the worker.
struct Written {
  std::int64_t step = 0;
  double seconds = 0;
  std::int64_t bytes = 0;
};
struct NotWritten {  ///< or not rated, or not linked
  std::int64_t step = 0;
  std::string why;
};
struct Evaluated {
  std::int64_t step = 0;
  std::vector<std::pair<std::string, double>> metrics;
  std::string failure;  ///< empty: there are metrics
};
struct Unlinked {  ///< at the end: RUN/best could not be linked to this step
  std::int64_t step = 0;
};
struct Ended {};
using Answer = std::variant<Written, NotWritten, Evaluated, Unlinked, Ended>;

/// As bytes for a MessageBox; numbers are exact.
std::string to_bytes(const Order& order);
std::string to_bytes(const Answer& answer);
Order parse_order(const std::string& bytes);
Answer parse_answer(const std::string& bytes);

}  // namespace galen::trainer
