#include "trainer/gradient/exchange/step_scalars.h"

#include <algorithm>

namespace galen::trainer {

namespace {

enum Column { kLoss, kWeight, kSamples, kUnused, kInterrupted, kPreempted, kOutOfTime, kCheckpoint, kColumns };

}  // namespace

StepScalars::StepScalars(comm::Node& node, std::vector<Range> lanes_of_nodes)
    : lanes_of_nodes_(std::move(lanes_of_nodes)),
      board_(node.zeros(lanes_of_nodes_.back().end * kColumns, at::kDouble).view({lanes_of_nodes_.back().end, kColumns})) {}

void StepScalars::put(Range my_lanes, const std::vector<LaneScalars>& scalars, const Wishes& wishes) {
  double* row = board_.mutable_data_ptr<double>() + my_lanes.begin * kColumns;
  for (const LaneScalars& lane : scalars) {
    row[kLoss] = lane.loss;
    row[kWeight] = lane.weight;
    row[kSamples] = lane.samples;
    row[kUnused] = lane.unused;
    row[kInterrupted] = wishes.interrupt ? 1 : 0;
    row[kPreempted] = wishes.preempt ? 1 : 0;
    row[kOutOfTime] = wishes.out_of_time ? 1 : 0;
    row[kCheckpoint] = wishes.checkpoint ? 1 : 0;
    row += kColumns;
  }
}

void StepScalars::exchange(comm::Communicator& peers) {
  std::vector<std::int64_t> counts;
  for (const Range& lanes : lanes_of_nodes_) counts.push_back(lanes.size() * kColumns);
  const Range mine = lanes_of_nodes_[peers.rank()];
  at::Tensor all = board_.flatten();
  peers.all_gather(board_.narrow(0, mine.begin, mine.size()).clone().flatten(), all, counts);
}

StepSums StepScalars::add_up(const ParameterArena& arena) const {
  StepSums sums;
  double unused = 0;
  const double* row = board_.const_data_ptr<double>();
  for (std::int64_t lane = 0; lane < board_.size(0); ++lane, row += kColumns) {
    sums.loss += row[kLoss];
    sums.weight += row[kWeight];
    sums.samples += row[kSamples];
    sums.empty_lane |= row[kSamples] == 0;
    unused = std::max(unused, row[kUnused]);
    sums.wishes.interrupt |= row[kInterrupted] > 0;
    sums.wishes.preempt |= row[kPreempted] > 0;
    sums.wishes.out_of_time |= row[kOutOfTime] > 0;
    sums.wishes.checkpoint |= row[kCheckpoint] > 0;
  }
  if (unused > 0) sums.unused = arena.slices()[static_cast<std::size_t>(unused) - 1].name;
  return sums;
}

}  // namespace galen::trainer
