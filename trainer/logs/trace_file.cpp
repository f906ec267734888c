#include "trainer/logs/trace_file.h"

#include "comm/collectives.h"
#include "trainer/checkpoint/whole_file.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string_view>
#include <vector>

namespace galen::trainer {

void write_trace(const std::string& file, const Timeline& timeline, comm::Communicator& workers) {
  const std::vector<std::string> traces = comm::all_gather(workers, timeline.to_chrome_trace(workers.rank()));
  if (workers.rank() != 0) return;
  const std::string text = fmt::format("[{}]\n", fmt::join(traces, ",\n"));
  const std::string_view pieces[] = {text};
  write_whole(file, pieces);
}

}  // namespace galen::trainer
