#include "trainer/samples/split_check.h"

#include "galen/error.h"
#include "trainer/samples/prepared_data.h"
#include "trainer/tasks/undefined.h"

#include <ATen/ops/from_blob.h>
#include <ATen/ops/index_select.h>

#include <algorithm>
#include <set>

namespace galen::trainer {
namespace {

constexpr std::size_t kFewPatients = 10;

at::Tensor targets_of(const data::Dataset& dataset, const std::vector<std::int64_t>& members) {
  const auto count = static_cast<std::int64_t>(members.size());
  return dataset.targets().index_select(0, at::from_blob(const_cast<std::int64_t*>(members.data()), {count}, at::kLong));
}

std::size_t count_patients(const data::Dataset& dataset, const std::vector<std::int64_t>& members) {
  std::set<std::int64_t> patients;
  for (const std::int64_t sample : members) patients.insert(dataset.groups()[static_cast<std::size_t>(sample)]);
  return patients.size();
}

[[noreturn]] void refuse(const PreparedData& data, const std::string& what) {
  throw Error(
      "{}: {} in all {} training samples, so nothing can be learnt. Check the split with `galen inspect`; draw another one "
      "(data.split_source = drawn, data.split_seed), or correct the targets.",
      data.dataset->file(), what, data.training.size());
}

void check_training_of_classes(const PreparedData& data, const std::vector<Sides>& sides, std::vector<std::string>& notes) {
  std::vector<std::string> present, absent;
  for (const Sides& one : sides) (one.positives > 0 ? present : absent).push_back(one.name);
  if (present.size() == 1) refuse(data, fmt::format("the class is {}", present.front()));
  if (!absent.empty()) {
    notes.push_back(fmt::format("training: there are no samples of the class{} {}, so a model cannot learn to predict it.",
                                absent.size() == 1 ? "" : "es", listed(absent)));
  }
}

void check_training_of_labels(const PreparedData& data, const std::vector<Sides>& sides, std::vector<std::string>& notes) {
  std::vector<std::string> without_positive, without_negative;
  std::set<std::string> constant;
  for (const Sides& one : sides) {
    if (one.positives == 0) without_positive.push_back(one.name);
    if (one.negatives == 0) without_negative.push_back(one.name);
    if (one.positives == 0 || one.negatives == 0) constant.insert(one.name);
  }
  if (constant.size() == sides.size()) refuse(data, sides.size() == 1 ? "the label is the same" : "every label is the same");
  for (const auto& [what, names] : {std::pair("positive", without_positive), std::pair("negative", without_negative)}) {
    if (names.empty()) continue;
    notes.push_back(fmt::format("training: there are no {} samples of the label{} {}, so a model cannot learn to predict it.", what,
                                names.size() == 1 ? "" : "s", listed(names)));
  }
}

void check_training_of_values(const PreparedData& data, const std::vector<std::string>& constant, const Task& task,
                              std::vector<std::string>& notes) {
  if (constant.size() == task.names().size())
    refuse(data, task.names().size() == 1 ? "the target is the same" : "every target is the same");
  if (constant.empty()) return;
  notes.push_back(fmt::format("training: the target{} {} {} the same value in all {} samples, so a model cannot learn from it.",
                              constant.size() == 1 ? "" : "s", listed(constant), constant.size() == 1 ? "has" : "have",
                              data.training.size()));
}

void check_training(const Task& task, const PreparedData& data, std::vector<std::string>& notes) {
  const at::Tensor targets = targets_of(*data.dataset, data.training);
  if (task.name() == "regression") {
    check_training_of_values(data, constant_values(task, targets), task, notes);
  } else if (task.exclusive()) {
    check_training_of_classes(data, count_sides(task, targets), notes);
  } else {
    check_training_of_labels(data, count_sides(task, targets), notes);
  }
}

void check_subset(const char* name, const char* consequence, const std::vector<std::int64_t>& members, const Task& task,
                  const data::Dataset& dataset, std::vector<std::string>& notes) {
  if (members.empty()) {
    notes.push_back(fmt::format("{}: there are no samples, so {}.", name, consequence));
    return;
  }
  for (const std::string& reason : undefined_reasons(task, targets_of(dataset, members))) {
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
