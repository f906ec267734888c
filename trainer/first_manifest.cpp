#include "trainer/first_manifest.h"

#include "trainer/checkpoint/module_file.h"
#include "trainer/samples/subset_digests.h"

namespace galen::trainer {

Manifest first_manifest(const Setting& setting, const std::map<std::string, std::string>& settings) {
  const SettingOptions& options = setting.options;
  const PreparedData& data = setting.data;
  return {.program_version = GALEN_VERSION,
          .state = {},
          .seed = options.seed,
          .lanes = setting.lanes,
          .world_size = setting.world.size(),
          .threads = setting.threads,
          .evaluation_batch = setting.evaluation_batch,
          .device = setting.compute.device.str(),
          .arithmetic = setting.arithmetic.description,
          .dataset_digest = data.dataset->digest(),
          .inputs = records_of_inputs(*data.dataset, data.preparations, data.values),
          .outputs = setting.outputs,
          .task = resolve(options.task, *data.dataset, data.training),
          .names = setting.task->names(),
          .module = options.model.script ? digest_of_module(*options.model.script) : "",
          .record = options.record,
          .settings = settings,
          .split = options.split,
          .subsets = {digest_of(data.training), digest_of(data.validation), digest_of(data.test)},
          .content = setting.watch.content().digest(),
          .digests = {}};
}

}  // namespace galen::trainer
