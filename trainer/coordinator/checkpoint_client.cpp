#include "trainer/coordinator/checkpoint_client.h"

#include "galen/error.h"

#include <chrono>
#include <thread>
#include <utility>

namespace galen::trainer {

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto kPatience = 2s;  // what a working disk takes

}  // namespace

CheckpointClient::CheckpointClient(Snapshot live, std::size_t parameters, std::shared_ptr<ServiceMemory> memory, int parts, double deadline)
    : memory_(std::move(memory)), parts_(parts), deadline_(deadline), copier_(std::move(live), parameters) {}

CheckpointClient::~CheckpointClient() {
  if (ended_) return;
  copier_.then([this] { memory_->orders.send(to_bytes(EndOrder{})); });
  copier_.wait();
}

void CheckpointClient::take(const Manifest& manifest, bool best, bool evaluate) {
  copier_.wait();
  const int slot = claim_slot(best);
  waiting_is_best_ = best;
  copier_.begin(memory_->slots[slot], [=, this] {
    const std::uint64_t filling = memory_->slots.fill(slot);
    memory_->orders.send(to_bytes(KeepOrder{manifest.state.step, slot, filling, parts_, best, evaluate, to_text(manifest)}));
  });
}

// A snapshot that waits for the disk gives way to a newer one, so that a disk that hangs holds up nobody for long. Not where nodes share
// the writing: each would decide for itself.
int CheckpointClient::claim_slot(bool best) {
  const auto begin = Clock::now();
  for (;;) {
    const bool replace = parts_ == 1 && (best || !waiting_is_best_) && Clock::now() - begin > kPatience;
    if (const std::optional<int> slot = memory_->slots.claim(replace)) return *slot;
    read_answers(10ms);
    check_service();
  }
}

void CheckpointClient::rate(const RateOrder& order) {
  copier_.then([this, order] { memory_->orders.send(to_bytes(order)); });
}

std::vector<Answer> CheckpointClient::news() {
  read_answers(0ms);
  return std::exchange(news_, {});
}

Evaluated CheckpointClient::evaluation_of(std::int64_t step) {
  copier_.wait();
  while (!evaluated_ || evaluated_->step != step) {
    read_answers(100ms);
    check_service();
  }
  return *std::exchange(evaluated_, std::nullopt);
}

void CheckpointClient::end(Ending ending, const Manifest& manifest) {
  copier_.wait();
  memory_->orders.send(to_bytes(EndOrder{ending, to_text(manifest)}));
  while (!ended_) {
    read_answers(100ms);
    check_service();
  }
}

void CheckpointClient::read_answers(std::chrono::milliseconds patience) {
  while (const auto bytes = memory_->answers.receive(patience)) {
    patience = 0ms;
    Answer answer = parse_answer(*bytes);
    if (std::holds_alternative<Ended>(answer)) {
      ended_ = true;
    } else if (auto* evaluated = std::get_if<Evaluated>(&answer)) {
      evaluated_ = std::move(*evaluated);
    } else {
      news_.push_back(std::move(answer));
    }
  }
}

void CheckpointClient::check_service() {
  const std::uint64_t pulse = memory_->pulse().load();
  if (pulse != pulse_) {
    pulse_ = pulse;
    pulse_time_ = Clock::now();
  } else if (deadline_ > 0s && Clock::now() - pulse_time_ > deadline_) {
    throw Error(
        "the coordinator, who writes the checkpoints, has not stirred for {:.0f} s: its process was stopped, or its machine stands still.",
        deadline_.count());
  }
}

}  // namespace galen::trainer
