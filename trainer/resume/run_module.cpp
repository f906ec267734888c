#include "trainer/resume/run_module.h"

#include "galen/error.h"
#include "trainer/checkpoint/module_file.h"
#include "trainer/checkpoint/store.h"
#include "trainer/checkpoint/whole_file.h"

#include <filesystem>
#include <optional>

namespace galen::trainer {

namespace {

std::shared_ptr<const std::string> bytes_in(const std::string& file) {
  if (!std::filesystem::is_regular_file(file)) return nullptr;
  return std::make_shared<const std::string>(read_whole(file).bytes);
}

std::optional<RunModule> module_of_newest(const ExperimentOptions& options) {
  const CheckpointStore store(options.folder, options.coordinator.store);
  for (const std::string& folder : store.newest_first()) {
    try {
      const Checkpoint checkpoint(folder, store.key());
      RunModule module = module_of_checkpoint(checkpoint, options.model);
      if (checkpoint.manifest().module.empty()) return module;
      const std::string file = models::script_file(options.model.name);
      const auto original = bytes_in(file);
      if (original && *original != *module.bytes) {
        module.note = fmt::format("{} is not the module with which the run was started; the run continues with its own copy, {}/{}.", file,
                                  options.folder, kModuleFile);
      }
      return module;
    } catch (const Error&) {
      // The one before it may be valid; the problem of this one is reported when its tensors are restored.
    }
  }
  return std::nullopt;
}

}  // namespace

RunModule module_of_run(const ExperimentOptions& options) {
  if (!models::names_script(options.model.name)) return {};
  if (options.resume && !options.folder.empty()) {
    if (std::optional<RunModule> module = module_of_newest(options)) return *module;
  }
  return {bytes_in(models::script_file(options.model.name)), {}};
}

RunModule module_of_checkpoint(const Checkpoint& checkpoint, const models::ModelOptions& model) {
  if (!models::names_script(model.name)) return {};
  if (!checkpoint.manifest().module.empty()) return {std::make_shared<const std::string>(checkpoint.module()), {}};
  const std::string file = models::script_file(model.name);
  return {bytes_in(file), fmt::format("{} has no copy of its module, which is read from {}: it is unknown whether it is still the module "
                                      "that was trained.",
                                      checkpoint.folder(), file)};
}

}  // namespace galen::trainer
