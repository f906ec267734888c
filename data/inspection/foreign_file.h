#pragma once

#include "data/files/dataset.h"

#include <string>

namespace galen::data {

/// Whether none of the schema's arrays of samples is in the file, nor `options.input` names one of them: the keys that train it are for
/// its user to say.
bool is_foreign(const DatasetOptions& options);

/// `options` with the datasets that they leave open, judged by shapes and names: the samples are the array with most numbers a sample.
DatasetOptions with_likely_keys(DatasetOptions options);

/// "galen train --data.file F --data.input /x …".
std::string training_line(const DatasetOptions& options);

/// Adds the schema to the file that `options` describe, so that it needs no keys: links under /samples to the arrays that there are, new
/// arrays for labels and splits that are not numbered as the schema has it, and attributes. A new file is written beside it, read
/// back, and takes its name when all is right; at any other end it is as it was. Returns what was added, as lines for a person.
std::string write_schema(const DatasetOptions& options);

}  // namespace galen::data
