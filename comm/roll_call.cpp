#include "comm/roll_call.h"

#include "galen/error.h"
#include "galen/host.h"
#include "galen/kernel_file.h"

#include <algorithm>
#include <array>
#include <memory>
#include <thread>

namespace galen::comm {

namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

constexpr int kRollCallTag = 30012;
constexpr auto kAnswersTake = 1s;  // every waiting rank checks for a call every 100 ms
constexpr auto kSuspension = 3s;
constexpr int kElsewhere = 10;  // in deadlines: limit of a patient wait for ranks of other machines
constexpr std::size_t kLength = 64;
using Text = std::array<char, kLength>;

/// One text sent to several ranks.
struct Sends {
  Text text;
  std::vector<MPI_Request> requests;

  bool done() {
    int finished = 0;
    MPI_Testall(static_cast<int>(requests.size()), requests.data(), &finished, MPI_STATUSES_IGNORE);
    return finished != 0;
  }
};

Text to_text(const std::string& string) {
  Text text{};
  std::copy_n(string.begin(), std::min(string.size(), kLength - 1), text.begin());
  return text;
}

bool debugger_attached() { return number_after("/proc/self/status", "TracerPid:").value_or(0) != 0; }

}  // namespace

RollCall::RollCall(MPI_Comm group, Watchdog* watchdog, bool patient)
    : group_(MpiGroup::duplicate(group)),
      watchdog_(watchdog),
      patient_(patient),
      deadline_(watchdog == nullptr ? std::chrono::milliseconds(5min) : watchdog->deadline()) {
  int size = 0;
  MPI_Comm_rank(group_.get(), &rank_);
  MPI_Comm_size(group_.get(), &size);
  const Text mine = to_text(host_name());
  std::vector<Text> all(size);
  MPI_Allgather(mine.data(), kLength, MPI_CHAR, all.data(), kLength, MPI_CHAR, group_.get());
  for (const Text& text : all) hosts_.emplace_back(text.data());
}

void RollCall::set_deadline(std::chrono::milliseconds deadline) {
  deadline_ = deadline;
  if (watchdog_ != nullptr) watchdog_->set_deadline(deadline);
}

// Checks are 100 ms apart, unless the process does not run.
steady_clock::duration RollCall::time_in(steady_clock::time_point begin) {
  const auto now = steady_clock::now();
  if (begin != begin_) {
    begin_ = begin;
    checked_ = begin;
    suspended_ = {};
  }
  if (now - checked_ > kSuspension) suspended_ += now - checked_;
  checked_ = now;
  return now - begin - suspended_;
}

bool RollCall::is_too_long(steady_clock::time_point begin) {
  const auto now = steady_clock::now();
  if (deadline_ == 0ms) return false;
  if (patient_ && now - looked_ > deadline_ / 8) {
    looked_ = now;
    look_ = signs_.look();
    if (look_.works) worked_ = now;
  }
  const auto waited = std::min(time_in(begin), now - worked_);
  const auto limit = patient_ && look_.all_wait ? kElsewhere * deadline_ : deadline_;
  return waited > limit && !debugger_attached();
}

void RollCall::check(const char* operation, steady_clock::time_point begin, const std::vector<int>& awaited) {
  if (watchdog_ != nullptr) watchdog_->still_waits_in(operation);
  const auto waited = steady_clock::now() - begin;
  if (!is_too_long(begin) && !someone_calls()) return;

  const std::vector<Answer> answers = call(operation);
  std::vector<std::string> missing, elsewhere;
  for (const int rank : awaited) {
    if (rank == rank_) continue;
    if (!answers[rank].waiting) missing.push_back(name(rank));
    if (answers[rank].waiting && answers[rank].operation != operation)
      elsewhere.push_back(fmt::format("{} waits in {}", name(rank), answers[rank].operation));
  }
  std::string state = "every rank waits";
  if (!missing.empty()) {
    state = fmt::format("{} {} not arrived{}", fmt::join(missing, ", "), missing.size() == 1 ? "has" : "have", stopped_among(answers));
  }
  if (!elsewhere.empty()) state += fmt::format("; {}", fmt::join(elsewhere, ", "));
  throw Error("{}: waited {:.1f} s, but {}. Check these ranks (stopped, swapping, an endless loop?), or raise comm.deadline.", operation,
              std::chrono::duration<double>(waited).count(), state);
}

bool RollCall::someone_calls() const {
  int called = 0;
  MPI_Iprobe(MPI_ANY_SOURCE, kRollCallTag, group_.get(), &called, MPI_STATUS_IGNORE);
  return called != 0;
}

std::vector<RollCall::Answer> RollCall::call(const std::string& operation) const {
  auto sends = std::make_unique<Sends>(Sends{to_text(operation), {}});
  for (int other = 0; other < static_cast<int>(hosts_.size()); ++other) {
    if (other != rank_)
      MPI_Isend(sends->text.data(), kLength, MPI_CHAR, other, kRollCallTag, group_.get(), &sends->requests.emplace_back());
  }
  std::vector<Answer> answers(hosts_.size());
  std::size_t heard = 1;
  for (const auto end = steady_clock::now() + kAnswersTake; heard < hosts_.size() && steady_clock::now() < end;) {
    int arrived = 0;
    MPI_Status status;
    MPI_Iprobe(MPI_ANY_SOURCE, kRollCallTag, group_.get(), &arrived, &status);
    if (arrived == 0) {
      std::this_thread::sleep_for(1ms);
      continue;
    }
    Text text;
    MPI_Recv(text.data(), kLength, MPI_CHAR, status.MPI_SOURCE, kRollCallTag, group_.get(), MPI_STATUS_IGNORE);
    answers[status.MPI_SOURCE] = {true, text.data()};
    ++heard;
  }
  if (!sends->done()) sends.release();  // to a rank that is stopped or has ended: MPI may read it as long as the process runs
  return answers;
}

// ": process 77 is stopped", for ranks of this machine that have not answered.
std::string RollCall::stopped_among(const std::vector<Answer>& answers) const {
  std::string text;
  if (watchdog_ == nullptr) return text;
  for (const Neighbour& neighbour : look_around()) {
    const auto rank = static_cast<std::size_t>(neighbour.rank);
    if (rank >= answers.size() || answers[rank].waiting || !neighbour.stopped) continue;
    text += fmt::format("{} process {} (rank {}) is stopped", text.empty() ? ":" : ",", neighbour.process, neighbour.rank);
  }
  return text;
}

std::string RollCall::name(int rank) const { return fmt::format("rank {} ({})", rank, hosts_[rank]); }

}  // namespace galen::comm
