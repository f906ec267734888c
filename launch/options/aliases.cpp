#include "launch/options/aliases.h"

#include <algorithm>
#include <iterator>
#include <vector>

namespace galen::launch {

namespace {

struct Alias {
  const char* name;
  std::vector<const char*> keys;
};

// Names in PyTorch, Lightning, Keras, scikit-learn and transformers, in the order of our sections.
const Alias kAliases[] = {
    {"name", {"model.name"}},
    {"file", {"data.file"}},
    {"lr", {"optimizer.learning_rate"}},
    {"learningrate", {"optimizer.learning_rate"}},
    {"learningrateinit", {"optimizer.learning_rate"}},
    {"stepsize", {"schedule.step_epochs", "optimizer.learning_rate"}},
    {"optim", {"optimizer.name"}},
    {"optimizer", {"optimizer.name"}},
    {"wd", {"optimizer.weight_decay"}},
    {"l2", {"optimizer.weight_decay"}},
    {"eps", {"optimizer.epsilon"}},
    {"clip", {"optimizer.clip_norm"}},
    {"clipgrad", {"optimizer.clip_norm"}},
    {"clipgradnorm", {"optimizer.clip_norm"}},
    {"gradientclipval", {"optimizer.clip_norm"}},
    {"maxgradnorm", {"optimizer.clip_norm"}},
    {"scheduler", {"schedule.name"}},
    {"lrscheduler", {"schedule.name"}},
    {"lrschedule", {"schedule.name"}},
    {"warmup", {"schedule.warmup_steps", "warm-up"}},
    {"gamma", {"schedule.factor"}},
    {"batch", {"trainer.batch"}},
    {"batchsize", {"trainer.batch", "batch"}},
    {"bs", {"trainer.batch", "batch"}},
    {"numepochs", {"trainer.epochs"}},
    {"maxepochs", {"trainer.epochs"}},
    {"maxiter", {"trainer.epochs"}},
    {"numtrainepochs", {"trainer.epochs"}},
    {"steps", {"trainer.max_steps"}},
    {"seed", {"run.seed"}},
    {"randomseed", {"run.seed", "seed"}},
    {"randomstate", {"run.seed", "split-seed", "seed"}},
    {"workers", {"data.threads", "workers"}},
    {"numworkers", {"data.threads", "workers"}},
    {"nworkers", {"data.threads", "workers"}},
    {"threads", {"trainer.threads"}},
    {"njobs", {"trainer.threads", "threads"}},
    {"numthreads", {"trainer.threads", "threads"}},
    {"gpu", {"device"}},
    {"cuda", {"device"}},
    {"accelerator", {"device"}},
    {"data", {"data.file"}},
    {"dataset", {"data.file"}},
    {"datapath", {"data.file"}},
    {"datafile", {"data.file"}},
    {"datadir", {"data.file"}},
    {"y", {"data.target", "target"}},
    {"labels", {"data.target"}},
    {"groups", {"data.patient", "group"}},
    {"valsplit", {"data.fractions", "fractions"}},
    {"validationsplit", {"data.fractions", "fractions"}},
    {"validationfraction", {"data.fractions", "fractions"}},
    {"testsize", {"data.fractions", "fractions"}},
    {"trainsize", {"data.fractions", "fractions"}},
    {"order", {"data.order"}},
    {"augmentation", {"data.augment"}},
    {"augmentations", {"data.augment"}},
    {"transform", {"data.prepare"}},
    {"transforms", {"data.prepare"}},
    {"preprocess", {"data.prepare"}},
    {"normalize", {"data.scaling"}},
    {"normalization", {"data.scaling"}},
    {"imputer", {"data.impute"}},
    {"classweight", {"task.class_weights"}},
    {"weight", {"task.class_weights"}},
    {"poslabel", {"task.positive", "positive"}},
    {"model", {"model.name", "checkpoint"}},
    {"arch", {"model.name"}},
    {"architecture", {"model.name"}},
    {"network", {"model.name"}},
    {"hiddensize", {"model.hidden"}},
    {"hiddenlayersizes", {"model.hidden"}},
    {"hiddenunits", {"model.hidden"}},
    {"dropoutrate", {"model.dropout"}},
    {"batchnorm", {"model.batch_norm"}},
    {"bn", {"model.batch_norm"}},
    {"init", {"model.initialization"}},
    {"earlystopping", {"early_stopping.patience"}},
    {"monitor", {"checkpoint.metric"}},
    {"metric", {"checkpoint.metric"}},
    {"metrics", {"checkpoint.metric"}},
    {"savesteps", {"checkpoint.every_steps"}},
    {"weights", {"checkpoint", "task.class_weights"}},
    {"keyfile", {"checkpoint.key_file"}},
    {"ckpt", {"checkpoint"}},
    {"ckptpath", {"checkpoint"}},
    {"modelpath", {"checkpoint"}},
    {"run", {"run.folder"}},
    {"output", {"out", "run.folder"}},
    {"outputdir", {"run.folder", "out"}},
    {"outdir", {"run.folder", "out"}},
    {"savedir", {"run.folder"}},
    {"logdir", {"run.folder"}},
    {"o", {"out", "run.folder"}},
    {"force", {"overwrite"}},
    {"continue", {"resume"}},
    {"silent", {"quiet"}},
    {"verbose", {"quiet"}},
    {"n", {"workers"}},
    {"np", {"workers"}},
    {"nproc", {"workers"}},
    {"nprocpernode", {"workers"}},
    {"bootstrap", {"evaluation.resamples"}},
    {"nbootstrap", {"evaluation.resamples"}},
    {"split", {"data.split"}},
    {"imagesize", {"size"}},
    {"resize", {"size"}},
    {"grayscale", {"grey"}},
    {"sep", {"delimiter"}},
};

}  // namespace

std::vector<const char*> keys_called(const std::string& name) {
  const auto* found = std::find_if(std::begin(kAliases), std::end(kAliases), [&](const Alias& alias) { return alias.name == name; });
  return found == std::end(kAliases) ? std::vector<const char*>() : found->keys;
}

}  // namespace galen::launch
