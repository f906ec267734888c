#pragma once

#include "trainer/run/training_state.h"

#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace galen::trainer {

/// What a worker asks of the service.
struct KeepOrder {  ///< write this snapshot as a checkpoint
  std::int64_t step = 0;
  int slot = 0;
  std::uint64_t filling = 0;
  int parts = 1;          ///< nodes that share the writing
  bool best = false;      ///< it is, or may be, the best: while there is no room, it goes before later ones that are not
  bool evaluate = false;  ///< and evaluate it
  std::string manifest;
};
struct RateOrder {  ///< what the validation said of a checkpoint
  std::int64_t step = 0;
  double value = 0;  ///< NaN: nothing
  bool larger_is_better = true;
  bool best = false;                                       ///< link RUN/best to it
  double loss = std::numeric_limits<double>::quiet_NaN();  ///< decides between equal values
};
struct EndOrder {  ///< that was all
  Ending ending = Ending::kFinished;
  std::string manifest;  ///< with the state at the end; empty: the worker has failed
};
using Order = std::variant<KeepOrder, RateOrder, EndOrder>;

/// What the service tells the worker.
struct Written {
  std::int64_t step = 0;
  double seconds = 0;
  std::int64_t bytes = 0;
};
struct NotWritten {  ///< or not rated, or linked
  std::int64_t step = 0;
  std::string why;
};
struct Evaluated {
  std::int64_t step = 0;
  std::vector<std::pair<std::string, double>> metrics;
  std::string failure;  ///< empty: there are metrics
};
struct Unlinked {  ///< at the end: RUN/best should lead to this step, and does not
  std::int64_t step = 0;
};
struct Ended {};
using Answer = std::variant<Written, NotWritten, Evaluated, Unlinked, Ended>;

/// As bytes for a MessageBox; numbers keep every bit.
std::string to_bytes(const Order& order);
std::string to_bytes(const Answer& answer);
Order parse_order(const std::string& bytes);
Answer parse_answer(const std::string& bytes);

}  // namespace galen::trainer
