#include "data/files/dataset.h"
#include "galen/option.h"

namespace galen::data {

namespace {

constexpr char kOtherData[] = "another data set";

// "--data.verify" alone means true.
Option verification(Verify& field) {
  Option option =
      options::choice("data.verify", field,
                      "Compare samples, and what is stored with them, with the digests that were stored with them, when they "
                      "are first read; auto: in files that hold digests (of galen import, galen synth) and whose samples take up "
                      "to 256 MiB.");
  option.flag = true;
  option.set = [&field](const std::string& value) {
    bool on = false;
    const bool is_word = options::flag("", on, "").set(value);
    if (is_word) field = on ? Verify::kOn : Verify::kOff;
    if (value == name_of(Verify::kAuto)) field = Verify::kAuto;
    return is_word || value == name_of(Verify::kAuto);
  };
  return std::move(option).may_change("it compares, and changes nothing");
}

}  // namespace

std::vector<Option> describe(DatasetOptions& dataset) {
  using namespace options;
  return {
      text("data.file", dataset.file, "The HDF5 file, from galen import, galen synth or your own program.")
          .derived(RunPart::kData, "the same data may lie elsewhere"),
      text("data.input", dataset.input,
           "Dataset of the samples, sample first; empty: /samples/image, else signal, tabular or text. Several kinds of data of the same "
           "samples: their arrays, with commas between.")
          .derived(RunPart::kData, kOtherData),
      text("data.target", dataset.target,
           "Dataset of what is to be learnt: [N], [N, 1] or [N, K], numbers or text; /samples/mask: a label for each pixel.")
          .derived(RunPart::kData, kOtherData),
      text(
          "data.layout", dataset.layout,
          "A letter for each dimension of the input dataset: n sample, c channel, d depth, h height, w width, t time, f feature (nhwc for "
          "most files of Keras users); auto: as the file says or as Galen's schema has it, else where only one reading makes sense, with a "
          "note.")
          .derived(RunPart::kData, kOtherData),
      text("data.patient", dataset.patient,
           "Dataset of each sample's patient, text or whole numbers; empty: /samples/group_id, where it exists. Splits are drawn over "
           "patients, and intervals too.")
          .derived(RunPart::kData, kOtherData),
      text("data.split", dataset.split,
           "Dataset of each sample's split: 0, 1, 2, or train, validation (val, valid), test; empty: /samples/split, where it exists.")
          .derived(RunPart::kSplit, "samples would change the side of the split that they are on"),
      text("data.sample_id", dataset.sample_id, "Dataset of each sample's name; empty: /samples/sample_id, where it exists.")
          .derived(RunPart::kData, kOtherData),
      verification(dataset.verify),
      choice("data.external", dataset.external,
             "Whether elements may lie in files outside the HDF5 file's own folder (external links, external storage, virtual datasets); a "
             "file from elsewhere can name any file of this machine so.")
          .may_change("what is read is compared, wherever it lies"),
  };
}

}  // namespace galen::data
