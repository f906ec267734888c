#include "launch/options/experiment_options.h"

#include "galen/error.h"
#include "models/factory.h"
#include "trainer/checkpoint/checkpoint.h"
#include "trainer/lanes/lane_count.h"
#include "trainer/options/resume_rules.h"
#include "trainer/options/run_options.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <utility>

namespace galen::launch {

namespace {

constexpr char kDeadline[] = "comm.deadline";
constexpr double kMostSeconds = 1e9;

Option model_name(models::ModelOptions& model) {
  const std::string kind = fmt::format("one of {}, or file:NET.pt", fmt::join(models::names(), ", "));
  const auto set = [&model](const std::string& value) {
    const std::vector<std::string> known = models::names();
    const bool good = models::names_script(value) || std::find(known.begin(), known.end(), value) != known.end();
    if (good) model.name = value;
    return good;
  };
  return {"model.name", "The network; file:NET.pt is a TorchScript module.", kind, false, set, [&model] { return model.name; }};
}

// "--data.verify" alone means true.
Option verification(std::string& field) {
  const auto set = [&field](const std::string& value) {
    const bool yes = value == "true" || value == "yes" || value == "on" || value == "1";
    const bool no = value == "false" || value == "no" || value == "off" || value == "0";
    if (yes || no) field = yes ? "true" : "false";
    if (value == "auto") field = value;
    return yes || no || value == "auto";
  };
  return {"data.verify",
          "Compare samples, and what goes with them, with the digests that were stored with them, when they are first read; auto: in files "
          "that hold digests (of galen import, galen synth) and whose samples take up to 256 MiB.",
          "auto, true or false",
          true,
          set,
          [&field] { return field; }};
}

Option lanes_option(std::int64_t& lanes) {
  const auto set = [&lanes](const std::string& value) {
    if (value == "auto") {
      lanes = trainer::kAutomaticLanes;
    } else if (value == "workers") {
      lanes = trainer::kLaneForEachWorker;
    } else {
      const std::optional<std::int64_t> number = parse_number<std::int64_t>(value, at_least(1));
      if (!number) return false;
      lanes = *number;
    }
    return true;
  };
  return {
      "trainer.lanes",
      "Parts that each batch is cut into: the same number gives the same bits on any number of workers up to it. auto: 8 for a batch of "
      "64 or more, 4 from 16 on, 2 from 4 on, and more where there are more workers than that; batch normalisation takes the "
      "statistics of a lane. workers: one for each, which is fastest, and other bits for another number of workers. A run that is "
      "resumed keeps its lanes.",
      "auto, workers, or a whole number, 1 or more",
      false,
      set,
      [&lanes] { return trainer::lanes_text(lanes); }};
}

void append(std::vector<Option>& all, std::vector<Option> more) { all.insert(all.end(), more.begin(), more.end()); }

}  // namespace

Option external_files(std::string key, data::hdf5::External& external, std::string meaning) {
  const auto set = [&external](const std::string& value) {
    const bool allow = value == "allow";
    if (allow || value == "refuse") external = allow ? data::hdf5::External::kAllow : data::hdf5::External::kRefuse;
    return allow || value == "refuse";
  };
  const auto get = [&external] { return external == data::hdf5::External::kAllow ? "allow" : "refuse"; };
  return {std::move(key), std::move(meaning), "one of refuse, allow", false, set, get};
}

std::vector<Option> dataset_options(data::DatasetOptions& dataset) {
  return {
      text("data.file", dataset.file, "The HDF5 file, from galen import, galen synth or your own program."),
      text("data.input", dataset.input, "Dataset of the samples, sample first; empty: /samples/image, else signal, tabular or text."),
      text("data.target", dataset.target,
           "Dataset of what is to be learnt: [N], [N, 1] or [N, K], numbers or text; /samples/mask: a label for each pixel."),
      text("data.layout", dataset.layout,
           "A letter for each dimension of the input dataset: n sample, c channel, d depth, h height, w width, t time, f feature (nhwc for "
           "most files of "
           "Keras users); auto: as the file says or as Galen's schema has it, else where only one reading makes sense, with a note."),
      text("data.patient", dataset.patient,
           "Dataset of each sample's patient, text or whole numbers; empty: /samples/group_id, where it exists. Splits are drawn over "
           "patients, "
           "and intervals too."),
      text("data.split", dataset.split,
           "Dataset of each sample's split: 0, 1, 2, or train, validation (val, valid), test; empty: /samples/split, where it exists."),
      text("data.sample_id", dataset.sample_id, "Dataset of each sample's name; empty: /samples/sample_id, where it exists."),
      verification(dataset.verify),
      external_files("data.external", dataset.external,
                     "Whether elements may lie in files outside the HDF5 file's own folder (external links, external storage, virtual "
                     "datasets); a file from elsewhere can name any file of this machine so."),
  };
}

Option deadline_option(double& seconds) {
  return number(kDeadline, seconds, between(0, kMostSeconds),
                "Seconds that a rank waits for others before the job ends with a message that names the missing ones; 0: without a limit.");
}

std::chrono::milliseconds to_milliseconds(double seconds) { return std::chrono::milliseconds(std::llround(1000 * seconds)); }

std::optional<double> given_deadline(const std::vector<std::string>& arguments) {
  const std::string flag = fmt::format("--{}", kDeadline);
  std::optional<double> seconds;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i] == flag && i + 1 < arguments.size()) seconds = parse_number<double>(arguments[i + 1], between(0, kMostSeconds));
    if (arguments[i].starts_with(flag + "="))
      seconds = parse_number<double>(arguments[i].substr(flag.size() + 1), between(0, kMostSeconds));
  }
  return seconds;
}

std::vector<Option> experiment_options(trainer::ExperimentOptions& e) {
  std::vector<Option> all = {
      choice("device", e.device, {"auto", "cpu", "cuda"}, "Where to train; auto: cuda where there is a driver, else cpu."),
      text("run.folder", e.folder, "Folder that the run writes; empty: runs/NAME, after the configuration file's name."),
      deadline_option(e.deadline),
      choice(
          "comm.compression", e.comm.compression, {"none", "bf16", "powersgd"},
          "Of gradients between nodes of CPUs, with error feedback; bf16: half the bytes; powersgd: a few per cent of them. Results then "
          "depend on the number of nodes."),
      number("comm.powersgd_rank", e.comm.powersgd_rank, at_least(1),
             "Rank of powersgd's factors: a higher one is more accurate and sends more bytes."),
      choice("comm.order", e.comm.order, {"exact", "fast"},
             "Of additions on GPUs; fast: as NCCL likes it; results then depend on the number of workers."),
      number("comm.first_bucket", e.comm.buckets.first_mib, above(0),
             "MiB of gradients that travel first, while the backward pass goes on: small, so that something does soon."),
      number("comm.bucket", e.comm.buckets.mib, above(0), "MiB of gradients that travel at a time after that."),
      number("run.seed", e.seed, any(), "Of initial weights, order of samples and dropout."),
  };
  append(all, dataset_options(e.dataset));
  append(all, loading_options(e.loading));
  append(
      all,
      {
          choice("data.scaling", e.preparation.scaling, {"unit", "standardize", "none"},
                 "unit: 0 to 1 by the stored type's range (floating point: as it is; integers of more than 16 bits: by the range of the "
                 "training split); standardize: mean 0 and deviation 1 over the training split; none: values as "
                 "they are."),
          choice(
              "data.order", e.loading.order, {"auto", "exact", "windowed"},
              "How samples are shuffled; windowed: within windows of compressed chunks, so that each is decompressed once an epoch; auto: "
              "windowed where chunks hold several samples and take more than 1 GiB decompressed."),
          number("data.max_length", e.preparation.max_length, at_least(0),
                 "Texts: tokens that are kept of a longer one; 0: as many as galen import kept."),
          number("data.length_window", e.loading.length_window, at_least(1),
                 "Texts: steps whose samples are sorted by length together, so that little of a batch is padding; 1: none."),
          text("data.prepare", e.preparation.transforms.prepare,
               "Transforms of every sample, in training and ever after, such as 'window(-160, 240); resize(150, 150)'; `galen inspect "
               "--help` lists them."),
          text("data.augment", e.preparation.transforms.augment,
               "Random transforms in training, such as 'flip(horizontal); rotate(15); random_crop(28, 28, padding=4)'."),
          choice("data.impute", e.preparation.impute, {"none", "mean", "median", "most_frequent"},
                 "Tables: what a missing value becomes, fitted on the training split; none: a missing value in it is an error."),
          flag("data.missing_indicator", e.preparation.missing_indicator,
               "Tables: append a feature, 1 where a value is missing and else 0, for each feature with gaps in the training split."),
          choice("data.split_source", e.split.source, {"auto", "stored", "drawn"},
                 "stored: the file's own split; drawn: by fractions and seed, patient by patient; auto: stored where there is one."),
          shares("data.fractions", e.split.fractions, "Shares of train, validation and test of a drawn split."),
          number("data.split_seed", e.split.seed, any(), "Seed of a drawn split."),

          choice("task.name", e.task.name, {"auto", "binary", "multiclass", "multilabel", "regression"},
                 "What is learnt; auto: what the targets are."),
          text(
              "task.class_weights", e.task.class_weights,
              "Weight of each class in the loss, such as 1,4; balanced: inverse to the class's share of the training split; empty: all 1."),
          flag("task.standardize_target", e.task.standardize_target,
               "Regression: learn (target - mean) / deviation, of the training split and for each target; predictions and metrics are in "
               "the "
               "target's own units, only the loss is not. false: learn targets as they are."),
          text("task.positive", e.task.positive,
               "Of two classes, the name of the one to be found: it becomes the second one, whose probability is predicted and whose cases "
               "sensitivity counts. Weights are in that order. Empty: the second one of the file."),

          model_name(e.model),
          choice("model.initialization", e.model.initialization, {"auto", "glorot", "torch"},
                 "glorot: Keras's (Glorot uniform, zero biases); torch: LibTorch's; auto: the network's own."),
          choice("model.output", e.model.output, {"auto", "logits", "probabilities"}, "What the network ends in; auto: the network's own."),
          choice("model.memory_format", e.model.memory_format, {"auto", "contiguous", "channels_last"},
                 "Order of images in memory; auto: channels_last on CPUs, contiguous on GPUs. Bits depend on it."),
          number("model.dropout", e.model.dropout, from_to_below(0, 1), "Share of activations dropped after each hidden dense layer."),
          flag("model.batch_norm", e.model.batch_norm, "Batch normalisation after each convolution or hidden layer."),
          numbers("model.hidden", e.model.hidden, at_least(0), "Widths of hidden dense layers; empty: the network's own; 0: none."),
          numbers("model.filters", e.model.filters, at_least(1), "Filters of the convolutions; empty: the network's own."),

          choice("optimizer.name", e.optimizer.name, {"sgd", "adam", "adamw"}, "The update rule."),
          number("optimizer.learning_rate", e.optimizer.learning_rate, above(0), "Step size."),
          number("optimizer.momentum", e.optimizer.momentum, from_to_below(0, 1), "sgd: momentum."),
          flag("optimizer.nesterov", e.optimizer.nesterov, "sgd: Nesterov's momentum."),
          number("optimizer.beta1", e.optimizer.beta1, from_to_below(0, 1), "adam, adamw: decay of the mean gradient."),
          number("optimizer.beta2", e.optimizer.beta2, from_to_below(0, 1), "adam, adamw: decay of the mean squared gradient."),
          number("optimizer.epsilon", e.optimizer.epsilon, above(0), "adam, adamw: added to the root of the mean square."),
          number("optimizer.weight_decay", e.optimizer.weight_decay, at_least(0),
                 "sgd, adam: L2, added to the gradient; adamw: decoupled."),
          flag("optimizer.decay_all", e.optimizer.decay_all, "false: biases and norms do not decay."),
          number("optimizer.clip_norm", e.optimizer.clip_norm, at_least(0),
                 "Gradients are scaled down to this global L2 norm; 0: not clipped."),
      });
  append(all, trainer::run_options(e));
  append(
      all,
      {
          number("trainer.batch", e.trainer.batch, at_least(1), "Samples a step, over all workers."),
          number("trainer.epochs", e.trainer.epochs, at_least(1), "Passes over the training split."),
          number("trainer.max_steps", e.trainer.max_steps, at_least(0), "Ends the run after so many steps in all; 0: no limit."),
          number("trainer.max_minutes", e.trainer.max_minutes, between(0, 1e8),
                 "Ends the run with a checkpoint, and exit code 75, so that it has ended so many minutes after this start; 0: no limit."),
          lanes_option(e.trainer.lanes),
          number("trainer.threads", e.trainer.threads, at_least(0),
                 "Threads of a worker; 0: OMP_NUM_THREADS, else 1. Another number gives other last bits. galen launch sets OMP_NUM_THREADS "
                 "to a "
                 "lane's share of a host's cores."),

          choice("trainer.on_nonfinite", e.trainer.on_nonfinite, {"stop", "skip"},
                 "Gradients that are infinite or NaN: stop ends the run, skip leaves the step out."),
          flag("trainer.profile", e.trainer.profile,
               "Write what each worker did when into run.folder: trace.json, for chrome://tracing or ui.perfetto.dev."),

          choice("coordinator.placement", e.coordinator.placement, {"thread", "process"},
                 "What writes checkpoints: a thread of the first worker; or a process of its own, one more on the first host than workers, "
                 "which also validates beside training. What it finds of an epoch then counts at the end of the next."),
          number("checkpoint.every_steps", e.coordinator.every_steps, at_least(0), "A checkpoint every N steps; 0: not by steps."),
          number("checkpoint.every_minutes", e.coordinator.every_minutes, at_least(0),
                 "A checkpoint when the newest is so old; 0: not by time."),
          number("checkpoint.every_epochs", e.coordinator.every_epochs, at_least(0),
                 "A checkpoint at the end of every N-th epoch, and of each that is the best so far; 0: of those alone."),
          number("checkpoint.keep_last", e.coordinator.store.keep_last, at_least(1), "Newest checkpoints that are kept."),
          number("checkpoint.keep_best", e.coordinator.store.keep_best, at_least(0),
                 "Best checkpoints, by checkpoint.metric, that are kept beside them; the one that RUN/best names always is."),
          text("checkpoint.key_file", e.coordinator.store.key_file,
               "File of a secret key, from galen checkpoint key: checkpoints are encrypted with it. Empty: they are not."),
          number("checkpoint.shard_size", e.coordinator.store.shard_mib, above(0),
                 "MiB; where parameters and optimiser state are larger, several nodes share the writing, each at least so much."),
          choice("checkpoint.on_failure", e.coordinator.on_failure, {"warn", "stop"},
                 "What a checkpoint that cannot be written does: warn, training goes on and it is tried again; stop ends the run."),
          text("checkpoint.metric", e.coordinator.best_metric,
               "Metric of the validation split that chooses the best checkpoint, of equal values the one with the lower loss; auto: auc, "
               "for "
               "regression loss, and loss too where auc is undefined in validation; none: the newest is the best."),
          number(
              "early_stopping.patience", e.coordinator.early_stopping_patience, at_least(0),
              "Epochs without improvement of that metric (or of the loss, where it stays the same) after which the run ends; an undefined "
              "value improves nothing; 0: never."),
      });
  all.push_back(number("evaluation.batch", e.evaluation_batch, at_least(0),
                       "Samples a forward pass of validation and test, on each worker; 0: a lane's share of trainer.batch, which takes no "
                       "more memory than training does. Another number may change the last bits of what is found."));
  for (Option& option : interval_options(e.intervals)) all.push_back(std::move(option));
  return all;
}

std::vector<Option> loading_options(data::LoadingOptions& loading) {
  return {
      number("data.memory", loading.memory, at_least(0),
             "MiB for decompressed chunks, shared by the ranks of a node; 0: a quarter of what the node has left."),
      number("data.threads", loading.threads, at_least(0),
             "Threads of each worker that load batches; 0: a quarter of its share of the node's cores, at least 1."),
  };
}

std::vector<Option> interval_options(trainer::IntervalOptions& intervals) {
  return {
      number("evaluation.resamples", intervals.resamples, at_least(0),
             "Bootstrap resamples of the 95 % intervals that have no formula; 0: no intervals at all."),
      number("evaluation.seed", intervals.seed, any(), "Seed of the resamples."),
      choice("evaluation.shares", intervals.shares, {"wilson", "clopper-pearson"},
             "Intervals of shares such as sensitivity, on the effective number of cases: wilson, or clopper-pearson, which is never too "
             "narrow, and wider than it need be."),
  };
}

std::map<std::string, std::string> record_of(const std::vector<Option>& options) {
  std::map<std::string, std::string> record;
  for (const Option& option : options) record[option.key] = option.get();
  return record;
}

trainer::ExperimentOptions read_experiment(const std::string& folder, const std::string& key_file) {
  trainer::ExperimentOptions experiment;
  const std::map<std::string, std::string> record = trainer::read_record(folder, key_file);
  if (record.empty()) {
    throw Error(
        "{}: does not say how it was trained: a program of its own did, with an older galen. Apply it there, with trainer::apply().",
        folder);
  }
  if (const auto name = record.find("model.name"); name != record.end() && name->second == trainer::kOwnModel) {
    throw Error(
        "{}: is of a model of the program's own that trained it, which galen cannot build. Apply it in that program, with trainer::apply() "
        "and the model, or train the model as TorchScript (model.name = file:NET.pt).",
        folder);
  }
  for (const Option& option : experiment_options(experiment)) {
    const auto entry = record.find(option.key);
    if (entry != record.end() && !option.set(entry->second)) {
      throw Error("{}: the checkpoint was trained with {} = {}, which this version of galen does not know. Use the version that wrote it.",
                  folder, option.key, entry->second);
    }
  }
  experiment.record = record;
  return experiment;
}

std::string absolute_path(const std::string& path) {
  return path.empty() ? path : std::filesystem::absolute(path).lexically_normal().string();
}

void make_paths_absolute(trainer::ExperimentOptions& experiment) {
  experiment.dataset.file = absolute_path(experiment.dataset.file);
  experiment.coordinator.store.key_file = absolute_path(experiment.coordinator.store.key_file);
  if (models::names_script(experiment.model.name)) {
    experiment.model.name = std::string(models::kScriptPrefix) + absolute_path(models::script_file(experiment.model.name));
  }
}

}  // namespace galen::launch
