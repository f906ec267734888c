#include "data/hdf5/hdf5.h"
#include "galen/atomic_file.h"
#include "launch/audit/hashes.h"
#include "launch/commands/prediction_writer.h"

#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace galen::launch {

namespace {

using data::hdf5::Native;

Native native_type(const at::Tensor& values) {
  return values.scalar_type() == at::kLong ? Native::kI64 : values.scalar_type() == at::kDouble ? Native::kF64 : Native::kF32;
}

class Hdf5Writer final : public PredictionWriter {
 public:
  Hdf5Writer(const std::string& name, const trainer::DatasetPrediction& prediction)
      : task_(*prediction.task),
        dataset_(*prediction.dataset),
        samples_(prediction.samples),
        target_(name, /*overwrite=*/true),
        file_(data::hdf5::File::create(target_.temporary_name())) {}

  void append(const PredictionRows& rows) override {
    const std::int64_t count = rows.index.size(0);
    const auto* index = rows.index.const_data_ptr<std::int64_t>();
    for (std::int64_t i = 0; i < count; ++i) {
      ids_.push_back(dataset_.sample_name(index[i]));
      patients_.push_back(dataset_.knows_patients() ? dataset_.group_name(index[i]) : "");
    }
    const at::Tensor predicted = task_.decisions(rows.scores);
    const bool values = task_.facts().scores == trainer::ScoreKind::kValue;
    write(values ? "/value" : "/probability", rows.scores, "names", task_.score_names());
    if (predicted.defined()) write("/predicted", predicted, "class_names", task_.names());
    if (rows.labels.defined()) write("/label", rows.labels, predicted.defined() ? "class_names" : "names", task_.names());
    written_ += count;
  }

  std::string publish() override {
    file_->write_texts("/sample_id", ids_);
    file_->write_texts("/patient", patients_);
    arrays_.clear();
    file_->flush();
    file_.reset();
    target_.publish();
    return sha256_of_file(target_.name());
  }

 private:
  void write(const std::string& name, const at::Tensor& values, const std::string& key, const std::vector<std::string>& names) {
    auto place = arrays_.find(name);
    if (place == arrays_.end()) {
      std::vector<std::int64_t> shape = values.sizes().vec();
      shape.front() = samples_;
      place = arrays_.emplace(name, file_->create_array(name, native_type(values), shape)).first;
      place->second.set_attribute(key, names);
    }
    const at::Tensor rows = values.contiguous();
    place->second.write(written_, rows.size(0), native_type(rows), rows.const_data_ptr());
  }

  const trainer::Task& task_;
  const data::Dataset& dataset_;
  const std::int64_t samples_;
  AtomicFile target_;
  std::optional<data::hdf5::File> file_;
  std::map<std::string, data::hdf5::Array> arrays_;
  std::vector<std::string> ids_, patients_;
  std::int64_t written_ = 0;
};

}  // namespace

std::unique_ptr<PredictionWriter> write_hdf5(const std::string& file, const trainer::DatasetPrediction& prediction) {
  return std::make_unique<Hdf5Writer>(file, prediction);
}

}  // namespace galen::launch
