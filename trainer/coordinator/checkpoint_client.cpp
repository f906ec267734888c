#include "trainer/coordinator/checkpoint_client.h"

#include "galen/error.h"

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

namespace galen::trainer {

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto kPatience = 2s;  // enough for a working disk

}  // namespace

CheckpointClient::CheckpointClient(std::function<Snapshot()> live, std::shared_ptr<ServiceMemory> memory, int parts, double deadline)
    : live_(std::move(live)),
      memory_(std::move(memory)),
      orders_(memory_->orders),
      parts_(parts),
      deadline_(deadline),
      copier_(live_().weights().front().tensor.device()) {}

CheckpointClient::~CheckpointClient() {
  if (ended_) return;
  try {
    copier_.wait();
  } catch (...) {
    // A failed copy was thrown to the caller that waited for it, or the run has failed; in both cases the service must still end.
  }
  try {
    orders_.post(to_bytes(EndOrder{}));
    for (; !orders_.flush(); std::this_thread::sleep_for(10ms)) check_service();
  } catch (...) {
    // A service that has ended answers no requests.
  }
}

bool CheckpointClient::make_room(bool best, std::chrono::milliseconds patience) {
  copier_.wait();
  const auto begin = Clock::now();
  if (!room_wanted_) room_wanted_ = begin;
  for (;;) {
    if (!room_) room_ = memory_->slots.claim();
    if (!room_ && Clock::now() - *room_wanted_ > kPatience) room_ = replace(best);
    if (room_ || Clock::now() - begin > patience) return room_.has_value();
    read_answers(10ms);
    check_service();
  }
}

void CheckpointClient::leave_room() {
  if (room_) memory_->slots.release(*room_);
  room_.reset();
  room_wanted_.reset();
}

void CheckpointClient::take(const Manifest& manifest, bool best, bool evaluate) {
  while (!make_room(best, 100ms)) continue;
  room_wanted_.reset();
  const int slot = *std::exchange(room_, std::nullopt);
  Filling& filling = filling_of(slot);
  filling = {0, manifest.state.step, best, evaluate};
  const Snapshot live = live_();
  copier_.begin(live, memory_->slots.shaped_like(live, slot), [=, this, &filling] {
    filling.number = memory_->slots.fill(slot);
    orders_.post(to_bytes(KeepOrder{manifest.state.step, slot, filling.number, parts_, best, evaluate, to_text(manifest)}));
  });
}

// A snapshot that waits for the disk is replaced by a newer one, so that a hanging disk delays no rank for long. Not if nodes share the
// writing: each would decide for itself.
std::optional<int> CheckpointClient::replace(bool best) {
  if (parts_ > 1) return std::nullopt;
  std::vector<int> slots;
  for (int slot = 0; slot < SnapshotSlots::kSlots; ++slot) slots.push_back(slot);
  const auto worth = [this](int slot) { return std::pair(filling_of(slot).best, filling_of(slot).step); };
  std::sort(slots.begin(), slots.end(), [&](int a, int b) { return worth(a) < worth(b); });
  for (const int slot : slots) {
    const Filling& filling = filling_of(slot);
    const bool gives_way = !filling.evaluate && (best || !filling.best);
    if (gives_way && memory_->slots.reclaim(slot, filling.number)) return slot;
  }
  return std::nullopt;
}

void CheckpointClient::rate(const RateOrder& order) {
  copier_.then([this, order] { orders_.post(to_bytes(order)); });
}

std::vector<Answer> CheckpointClient::news() {
  read_answers(0ms);
  return std::exchange(news_, {});
}

std::optional<Evaluated> CheckpointClient::evaluation_of(std::int64_t step, std::chrono::milliseconds patience) {
  copier_.wait();
  if (!evaluated_ || evaluated_->step != step) read_answers(patience);
  if (evaluated_ && evaluated_->step == step) return std::exchange(evaluated_, std::nullopt);
  check_service();
  return std::nullopt;
}

void CheckpointClient::order_end(Ending ending, const Manifest& manifest) {
  copier_.wait();
  orders_.post(to_bytes(EndOrder{ending, to_text(manifest)}));
}

bool CheckpointClient::has_ended(std::chrono::milliseconds patience) {
  if (!ended_) read_answers(patience);
  if (!ended_) check_service();
  return ended_;
}

void CheckpointClient::end(Ending ending, const Manifest& manifest) {
  order_end(ending, manifest);
  while (!has_ended(100ms)) continue;
}

void CheckpointClient::read_answers(std::chrono::milliseconds patience) {
  orders_.flush();
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

// Long gaps between two calls do not count: the worker was busy, or the job was suspended, and the service with it.
void CheckpointClient::check_service() {
  const std::uint64_t pulse = memory_->pulse().load();
  const auto now = Clock::now();
  if (pulse != pulse_ || now - pulse_looked_ > std::max<std::chrono::duration<double>>(kPatience, deadline_ / 2)) pulse_time_ = now;
  pulse_ = pulse;
  pulse_looked_ = now;
  if (deadline_ > 0s && now - pulse_time_ > deadline_) {
    throw Error("the coordinator, which writes the checkpoints, has been inactive for {:.0f} s: its process or its host is stopped.",
                deadline_.count());
  }
}

}  // namespace galen::trainer
