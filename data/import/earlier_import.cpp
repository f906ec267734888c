#include "data/import/earlier_import.h"

#include "data/hdf5.h"
#include "data/schema.h"
#include "galen/error.h"

namespace galen::data {

EarlierImport read_earlier_import(const std::string& path) {
  const hdf5::File file = hdf5::File::open(path);
  EarlierImport earlier;
  if (file.has(schema::kTabular)) {
    for (const std::string& text : file.array(schema::kTabular).texts(schema::kColumnsAttribute))
      earlier.columns.push_back(parse_encoding(text, path));
  }
  if (earlier.columns.empty())
    throw Error("{}: does not say how its columns were imported, as --like needs; name a file that galen import made of a table.", path);
  if (file.has(schema::kLabel)) earlier.class_names = file.array(schema::kLabel).texts(schema::kClassNamesAttribute);
  return earlier;
}

}  // namespace galen::data
