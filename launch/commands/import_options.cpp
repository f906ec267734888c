#include "launch/commands/import_options.h"

#include "trainer/options/run_options.h"

#include <array>
#include <iterator>

namespace galen::launch {

namespace {

std::vector<std::string> format_names() {
  std::vector<std::string> names = {"auto"};
  for (const data::ImportFormat& format : data::import_formats()) names.push_back(format.name);
  return names;
}

// The source, and the file made from it.
std::vector<Option> output_options(data::ImportOptions& import) {
  return {
      text("out", import.file, "The HDF5 file to write."),
      choice("format", import.format, format_names(), "Format of the source; auto: detected."),
      choice("task", import.task, {"auto", "binary", "multiclass", "multilabel", "regression"}, "What is learnt; auto: by the targets."),
      texts(
          "class-names", import.class_names,
          "Names of classes or labels: all of them in the order wanted, or OLD=NEW for each to rename; for classes that are numbers in the "
          "source, their names. Empty: as in the source."),
      text("positive", import.positive, "Of two classes, the positive one, which becomes number 1. Empty: the order is kept."),
      number("compression", import.compression, between(0, 9), "0: none; 1 to 9: gzip of that level."),
      flag("overwrite", import.overwrite, "Replace an existing file."),
      choice("external", import.external,
             "Whether links in the folder, and HDF5 files (--repack, --like), may point to files outside their own folder; data from "
             "other sources could name any file of this machine."),
      flag("strict", import.strict, "A bad source file is an error; otherwise it is skipped and named."),
      text("like", import.table.like,
           "Tables, texts: an imported data set whose features or vocabulary and classes are used: for new patients of a model."),
  };
}

std::vector<Option> split_options(data::ImportOptions& import) {
  return {
      choice("split", import.split.source, "stored: the source's own; drawn: by fractions and seed; auto: stored if there is one."),
      shares("fractions", import.split.fractions, "Shares of train, validation and test of a drawn split."),
      number("split-seed", import.split.seed, any(), "Seed of a drawn split."),
      text("patient", import.patient,
           "NIfTI, ECG, folders of images: what identifies a file's patient: folder, file, or a regular expression that finds the patient "
           "in its "
           "path, such as 'case_([0-9]+)'; auto: for NIfTI by the repeated parts of names; for others file."),
      choice("labels", import.medical.labels, {"none", "folders"},
             "DICOM, NIfTI, images: folders: a file's folder below the source is its class, not its patient."),
      choice("identifiers", import.pseudonyms.identifiers, {"pseudonyms", "keep"},
             "pseudonyms: ids of patients and samples are replaced, names of files dropped; keep: for public data."),
      text("pseudonym-key-file", import.pseudonyms.key_file,
           "At least 32 secret bytes: the same patient gets the same pseudonym in every import. Empty: numbers."),
      choice("dates", import.pseudonyms.dates, {"drop", "shift"},
             "drop: no dates are imported; shift: study dates, shifted by a number of days derived from patient and key."),
  };
}

// Images and volumes.
std::vector<Option> image_options(data::ImportOptions& import) {
  data::ImageOptions& images = import.images;
  return {
      text("table", images.table, "Images: CSV file with one row for each image; empty: classes by folder."),
      text("file-column", images.file_column, "Images: the table's column of files; empty: the one named file, image or path."),
      flag("grey", images.grey, "Images: convert to one channel."),
      flag("rgb", images.rgb, "Images: convert to three channels."),
      numbers("size", import.size, between(1, 65536),
              "Images and volumes: height,width or depth,height,width of all samples; empty: unchanged."),
      choice("fit", import.medical.fit, {"auto", "pad", "resample"},
             "How they get that size: pad crops or fills borders, resample scales; auto: pad for volumes, resample for images."),
      text("fill", import.medical.fill,
           "Fill value of --fit pad: a number in the values' own units, such as -1000, which is air in HU; min: the smallest "
           "value of each channel of each image. Masks get 0."),
      number("channels", import.medical.channels, between(0, 3),
             "DICOM: 1: colours become grey; 3: grey gets three channels; 0: unchanged."),
      number("volume", import.medical.volume, at_least(-1),
             "DICOM with --series, NIfTI: of several volumes of one region (phases, echoes, b-values) the one to use; 0: each is a sample, "
             "or for "
             "NIfTI a channel if all files have as many; -1: for NIfTI each is a sample."),
      text("masks", import.medical.masks,
           "NIfTI, images: label maps: auto: by usual names and folders (labels, masks, _seg, _mask, _gt); none: no file; or a regular "
           "expression that "
           "finds them by their path. Its group, if any, is the case: a label map belongs to the images whose path has the same text, as "
           "in 'roi_(case[0-9]+)'."),
      flag("series", import.medical.series, "DICOM: each series is a volume; otherwise each image is a sample."),
  };
}

std::vector<Option> table_options(data::TableOptions& table) {
  return {
      choice("header", table.header, {"auto", "full", "partial", "none"},
             "Tables: whether the first line names all columns, the first ones, or none; auto: by its contents."),
      texts("columns", table.columns, "Tables: names of all columns, instead of those in the header."),
      text("delimiter", table.delimiter,
           "Tables: separator of cells: one character, tab, or blanks (any number of them); auto: by the first lines."),
      choice("decimal", table.decimal, {"auto", "point", "comma"}, "Tables: decimal sign; auto: by the cells."),
      choice("type", table.type, {"auto", "f32", "f64"},
             "Tables: type in which numbers are stored, separately for features and values to predict; auto: f64 if f32 would change "
             "one."),
      texts("missing", table.missing,
            "Tables: spellings of a missing value, ignoring case; empty: ?, NA, N/A, NaN, null and other usual ones, among numbers also -, "
            "none, "
            "unknown."),
      text("group", table.group, "Tables: column of patients; empty: each row is one."),
      text("sample-id", table.sample_id, "Tables: column of sample ids; empty: the row's number."),
      texts("leave-out", table.leave_out, "Tables: columns to leave out."),
      texts("keep", table.keep, "Tables: columns to learn from although they look like names, numbers, addresses or dates of persons."),
      choice("categories", table.categories, {"one-hot", "codes"},
             "Tables: encoding of categories: a feature of 0 and 1 for each, or one feature of their numbers."),
      texts("categorical", table.categorical, "Tables: columns of categories, even if they look like numbers."),
  };
}

// Of tables.
std::vector<Option> target_options(data::TableOptions& table) {
  return {
      texts("target", table.target,
            "Tables: target columns; empty: label, target, class, diagnosis or outcome; none: unlabelled. "
            "DICOM: an attribute, such as Modality."),
      text("label-separator", table.label_separator,
           "Tables: separator of several labels in a cell, one character or tab; none: each different cell is a class; auto: |, ; or "
           "a comma, if most cells' labels also occur in other cells."),
      texts("unlabelled", table.unlabelled,
            "Tables: values of target columns that are not labels: -1,blank excludes such labels from the loss and from each metric; "
            "VALUE=positive or VALUE=negative makes them labels; LABEL:VALUE=POLICY is for one column. CheXpert: "
            "-1=ignore,blank=negative,Edema:-1=positive."),
      flag("leave-out-unlabelled", table.leave_out_unlabelled, "Tables: leave out rows without a target; otherwise they are an error."),
  };
}

std::vector<Option> text_options(data::TextOptions& words) {
  return {
      text("text", words.column, "Texts: their column; empty: the column with long texts."),
      choice("tokenizer", words.tokenizer, {"words", "wordpiece"}, "Texts: one token for each word, or BERT's word pieces."),
      text("vocabulary", words.vocabulary_file,
           "Texts: file with one token in each line, as BERT's vocab.txt; empty: made from the training texts."),
      number("vocabulary-size", words.vocabulary_size, at_least(10),
             "Texts: largest number of tokens in a vocabulary made from the training texts."),
      flag("lower-case", words.lower_case, "Texts: convert to lower case first."),
      number("max-length", words.max_length, at_least(3), "Texts: longer texts are truncated to this many tokens."),
  };
}

std::vector<Option> ecg_options(data::EcgOptions& ecg) {
  return {
      number("window-before", ecg.window_before, at_least(0), "ECG: seconds of a sample before its beat."),
      number("window-after", ecg.window_after, at_least(0), "ECG: seconds of a sample after its beat."),
      choice("beats", ecg.beats, {"aami", "symbol"},
             "ECG: classes of beats; aami: N, S, V, F and Q of ANSI/AAMI EC57; symbol: the annotations' own."),
      text("annotator", ecg.annotator, "ECG: extension of annotation files."),
      number("segment", ecg.segment, at_least(0),
             "ECG: seconds; more than 0: unlabelled segments of that length, not beats; 0: 10 if there are no annotations."),
  };
}

std::vector<Option> repack_options(ImportCommand& command) {
  return {
      flag("repack", command.repack, "Rewrite the data set SOURCE, an HDF5 file, with another layout; everything else is unchanged."),
      number("chunk-samples", command.layout.chunk_samples, at_least(0),
             "Repacking: samples in a chunk; 0: with compression one (small samples: about 256 KB), else no chunks."),
      text("input", command.layout.input, "Repacking: the dataset of samples; empty: as in Galen's schema."),
      trainer::deadline_option(command.deadline),
  };
}

}  // namespace

std::vector<Option> import_options(ImportCommand& command) {
  data::ImportOptions& import = command.import;
  std::vector<Option> all;
  for (std::vector<Option>& part :
       std::array{output_options(import), split_options(import), image_options(import), table_options(import.table),
                  target_options(import.table), text_options(import.text), ecg_options(import.ecg), repack_options(command)}) {
    all.insert(all.end(), std::make_move_iterator(part.begin()), std::make_move_iterator(part.end()));
  }
  return all;
}

}  // namespace galen::launch
