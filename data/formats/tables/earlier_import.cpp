#include "data/formats/tables/earlier_import.h"

#include "data/files/reading_file.h"
#include "data/files/schema.h"
#include "data/files/stored_vocabulary.h"
#include "galen/error.h"

#include <optional>
#include <utility>

namespace galen::data {

namespace {

EarlierTargets targets_in(const hdf5::File& file) {
  if (!file.has(schema::kLabel)) return {};
  const hdf5::Array labels = file.array(schema::kLabel);
  const std::vector<std::string> task = labels.texts(schema::kTaskAttribute);
  if (!task.empty() && task.front() == "regression") return {task.front(), {}};  // names of values are no classes
  return {task.empty() ? "" : task.front(), labels.texts(schema::kClassNamesAttribute)};
}

}  // namespace

EarlierImport read_earlier_import(const std::string& path, hdf5::External external) {
  const ReadingFile reading(path);
  const hdf5::File file = hdf5::File::open(path, external);
  EarlierImport earlier;
  if (file.has(schema::kTabular)) {
    const hdf5::Array features = file.array(schema::kTabular);
    for (const std::string& text : features.texts(schema::kColumnsAttribute)) earlier.columns.push_back(parse_encoding(text, path));
    earlier.is_f64 = features.type().kind == hdf5::Kind::kFloat && features.type().bytes == 8;
  }
  if (earlier.columns.empty())
    throw Error("{}: does not say how its columns were imported, as --like needs; name a file that galen import made of a table.", path);
  earlier.targets = targets_in(file);
  return earlier;
}

EarlierTexts read_earlier_texts(const std::string& path, hdf5::External external) {
  const ReadingFile reading(path);
  const hdf5::File file = hdf5::File::open(path, external);
  std::optional<Vocabulary> vocabulary = read_vocabulary(file);
  if (!vocabulary) throw Error("{}: holds no vocabulary, as --like needs; name a file that galen import made of texts.", path);
  return {std::move(*vocabulary), targets_in(file)};
}

}  // namespace galen::data
