#include "trainer/samples/split_check.h"

#include "galen/error.h"
#include "trainer/samples/prepared_data.h"
#include "trainer/tasks/task.h"

#include <ATen/ops/from_blob.h>
#include <ATen/ops/index_select.h>

#include <algorithm>
#include <vector>

namespace galen::trainer {
namespace {

constexpr std::size_t kFewPatients = 10;

at::Tensor targets_of(const data::Dataset& dataset, const std::vector<std::int64_t>& members) {
  const auto count = static_cast<std::int64_t>(members.size());
  return dataset.targets().index_select(0, at::from_blob(const_cast<std::int64_t*>(members.data()), {count}, at::kLong));
}

std::size_t count_patients(const data::Dataset& dataset, const std::vector<std::int64_t>& members) {
  std::vector<std::int64_t> patients;
  patients.reserve(members.size());
  for (const std::int64_t sample : members) patients.push_back(dataset.groups()[static_cast<std::size_t>(sample)]);
  std::ranges::sort(patients);
  return static_cast<std::size_t>(std::ranges::unique(patients).begin() - patients.begin());
}

[[noreturn]] void refuse(const PreparedData& data, const std::string& what) {
  throw Error(
      "{}: {} in all {} training samples, so nothing can be learnt. Check the split with `galen inspect`; draw another one "
      "(data.split_source = drawn, data.split_seed), or correct the targets.",
      data.dataset->file(), what, data.training.size());
}

void check_training(const Task& task, const PreparedData& data, std::vector<std::string>& notes) {
  const Gaps gaps = task.gaps(task.records({}, targets_of(*data.dataset, data.training)));
  if (!gaps.constant.empty()) refuse(data, gaps.constant);
  for (const std::string& gap : gaps.unlearnable) notes.push_back(fmt::format("training: {}.", gap));
}

void check_subset(const char* name, const char* consequence, const std::vector<std::int64_t>& members, const Task& task,
                  const data::Dataset& dataset, std::vector<std::string>& notes) {
  if (members.empty()) {
    notes.push_back(fmt::format("{}: there are no samples, so {}.", name, consequence));
    return;
  }
  for (const std::string& reason : task.gaps(task.records({}, targets_of(dataset, members))).undefined) {
    notes.push_back(fmt::format("{}: {}.", name, reason));
  }
  const std::size_t patients = count_patients(dataset, members);
  if (patients < kFewPatients) {
    const char* plural = patients == 1 ? "" : "s";
    notes.push_back(fmt::format("{}: there {}, so figures say little about other patients.", name,
                                dataset.knows_patients()
                                    ? fmt::format("are samples of only {} patient{}", patients, plural)
                                    : fmt::format("{} only {} sample{}", patients == 1 ? "is" : "are", patients, plural)));
  }
}

}  // namespace

std::vector<std::string> check_split(const Task& task, const PreparedData& data) {
  std::vector<std::string> notes;
  if (data.dataset->size() > 1 && count_patients(*data.dataset, data.training) == 1 && data.validation.empty() && data.test.empty()) {
    notes.push_back(
        "all samples are of one patient, and a patient must not be on two sides of a split: no figure will say anything about other "
        "patients.");
  }
  check_training(task, data, notes);
  check_subset("validation", "no checkpoint is better than another: the newest counts as the best", data.validation, task, *data.dataset,
               notes);
  check_subset("test", "there will be no figures for unseen patients", data.test, task, *data.dataset, notes);
  return notes;
}

}  // namespace galen::trainer
