#include "trainer/coordinator/dedicated_process.h"

#include "comm/collectives.h"
#include "comm/single_communicator.h"
#include "data/files/content_probe.h"
#include "galen/error.h"
#include "galen/host.h"
#include "trainer/coordinator/checkpoint_service.h"
#include "trainer/device/device.h"
#include "trainer/evaluation/predictions.h"
#include "trainer/samples/loading_resources.h"
#include "trainer/samples/table_rows.h"

#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>

#include <functional>
#include <nlohmann/json.hpp>
#include <thread>
#include <utility>

namespace galen::trainer {

namespace {

using namespace std::chrono_literals;
using nlohmann::json;

constexpr auto kUntilWorkerAborts = 10s;  // a failing rank reports why, and ends the job

std::string to_text(const Introduction& introduction) {
  return json({{"layout", to_text(introduction.layout)},
               {"session", introduction.session},
               {"content", introduction.content},
               {"threads", introduction.threads},
               {"on_gpus", introduction.on_gpus},
               {"gpus_taken", introduction.gpus_taken},
               {"evaluation_batch", introduction.evaluation_batch}})
      .dump();
}

Introduction parse_introduction(const std::string& text) {
  const json fields = json::parse(text);
  return {parse_layout(fields.at("layout")), fields.at("session"),          fields.at("threads"), fields.at("on_gpus"),
          fields.at("gpus_taken"),           fields.at("evaluation_batch"), fields.at("content")};
}

std::shared_ptr<ServiceMemory> share(const SnapshotLayout& layout, comm::Communicator& line) {
  auto memory = line.share_memory(ServiceMemory::bytes(layout));
  if (memory == nullptr) {
    throw Error(
        "coordinator.placement = process: worker 0 and the coordinator cannot share memory on this host (separate containers?). Use "
        "coordinator.placement = thread.");
  }
  return std::make_shared<ServiceMemory>(layout, std::move(memory));
}

/// Validates a snapshot as the workers would, on its own model.
class Evaluator {
 public:
  /// `how`: everything except the device.
  Evaluator(const SettingOptions& options, PredictOptions how, ComputeDevice compute, std::unique_ptr<models::Model> own_model)
      : compute_(compute),
        how_(std::move(how)),
        data_(prepare_data(options)),
        model_(own_model ? std::move(own_model) : make_model(options, data_)),
        task_(make_task(options.task, *data_.dataset, data_.training, model_->output_form())),
        alone_(comm::make_single_communicator()) {
    model_->to(compute_.device);
    how_.device = compute_.device;
    if (model_->input_type() == at::kDouble) prepare_table(options);
  }

  /// If this process is stopped, the workers validate in its place: they must read the same data.
  void expect(const std::string& content) const {
    if (data::probe_content(*data_.dataset).digest() == content) return;
    throw Error(
        "the coordinator on {} reads other values from {} than worker 0. All hosts need the same file: compare checksums, and "
        "copy it again.",
        host_name(), data_.dataset->file());
  }

  /// `before_batch`: see PredictOptions.
  Report operator()(const Snapshot& snapshot, std::function<void()> before_batch) const {
    const at::NoGradGuard no_grad;
    const std::vector<models::NamedTensor> weights = weights_of(*model_);
    for (std::size_t i = 0; i < weights.size(); ++i) {
      const at::Tensor& values = snapshot.weights()[i].tensor;
      if (weights[i].tensor.sizes() != values.sizes()) weights[i].tensor.resize_(values.sizes());  // it grows
      weights[i].tensor.copy_(values);
    }
    PredictOptions how = how_;
    how.before_batch = std::move(before_batch);
    const Predictions predictions = predict(*model_, *task_, {data_.dataset, data_.validation, data_.preparations}, *alone_, how);
    return make_report(*task_, predictions, *data_.dataset, metrics_alone(), *alone_);
  }

 private:
  // As the workers' learner for a model of f64 inputs: sums over lanes have the same bits on one process.
  void prepare_table(const SettingOptions& options) {
    const std::int64_t lanes = options.trainer.lanes > 0 ? options.trainer.lanes : data::kUsualLanes;
    const TableDemands demands{.lanes = lanes, .takes_missing = model_->takes_missing_values()};
    data_.preparations.front().table = load_table(*data_.dataset, data_.training, options.preparation, demands, *alone_).preparation;
  }

  ComputeDevice compute_;
  PredictOptions how_;
  PreparedData data_;
  std::unique_ptr<models::Model> model_;
  std::unique_ptr<Task> task_;
  std::unique_ptr<comm::Communicator> alone_;
};

}  // namespace

Meeting meet_coordinator(const Introduction& introduction, comm::Communicator& line) {
  comm::broadcast(line, to_text(introduction), 0);
  const bool evaluates = comm::broadcast(line, "", 1) == "evaluates";
  return {share(introduction.layout, line), evaluates};
}

CoordinatedRun coordinate(const SettingOptions& options, const std::string& folder, const StoreOptions& store, comm::Communicator& line,
                          std::unique_ptr<models::Model> own_model) {
  if (folder.empty()) {
    throw UsageError("coordinator.placement = process needs run.folder. Set it, or use coordinator.placement = thread.");
  }
  line.set_deadline(0ms);  // the workers may take any time to start; if one of them fails, this wait ends as well
  const Introduction introduction = parse_introduction(comm::broadcast(line, "", 0));
  line.set_deadline(std::chrono::milliseconds(static_cast<std::int64_t>(std::min(1000 * options.deadline, 1e15))));
  const std::optional<ComputeDevice> compute = introduction.on_gpus ? spare_gpu(introduction.gpus_taken) : cpu();
  comm::broadcast(line, compute ? "evaluates" : "", 1);
  const auto memory = share(introduction.layout, line);

  at::set_num_threads(introduction.threads);
  const PredictOptions how{.batch = introduction.evaluation_batch, .loading_threads = loading_threads(options.loading, line)};
  std::optional<Evaluator> evaluator;
  const ServicePlace place{folder, /*node=*/0, introduction.session, options.deadline};
  const auto give_up_where_abandoned = [&] {
    if (memory->abandoned().load()) throw Abandoned();
  };
  CheckpointService service(store, place, *memory,
                            [&](const Snapshot& snapshot) { return (*evaluator)(snapshot, give_up_where_abandoned); });
  if (compute) {
    evaluator.emplace(options, how, *compute, std::move(own_model));
    evaluator->expect(introduction.content);
  }
  const EndOrder end = service.run();
  if (end.manifest.empty()) {
    std::this_thread::sleep_for(kUntilWorkerAborts);
    throw Error("worker 0 has failed, so the coordinator ends. Its last message is in {}/ranks/0.jsonl.", folder);
  }

  return {end.ending, parse_manifest(end.manifest, "the manifest from worker 0").state};
}

}  // namespace galen::trainer
