#include "data/files/foreign_forms.h"

#include "data/hdf5/foreign.h"
#include "galen/error.h"

#include <algorithm>

namespace galen::data {

namespace {

// Of a link to nothing, has() holds, for itself and for all below it.
bool is_group_with(const hdf5::File& file, const std::string& group, std::initializer_list<const char*> members) {
  return !file.has(group) &&
         std::all_of(members.begin(), members.end(), [&](const char* member) { return file.has(group + "/" + member); });
}

}  // namespace

void refuse_other_forms(const hdf5::File& file, const std::string& asked) {
  if (asked.empty()) return;
  const std::string name = asked.starts_with('/') ? asked : "/" + asked;
  const std::string place = fmt::format("{}: {}", file.where(), name);
  if (is_group_with(file, name, {"data", "indices", "indptr"})) {
    throw Error(
        "{} is a sparse matrix, as scipy and anndata store them; Galen reads dense arrays. In Python (csc_matrix for a matrix by "
        "columns):\n"
        "  import h5py, scipy.sparse\n"
        "  f = h5py.File('{}', 'a'); g = f['{}']; data = g['data'][:], g['indices'][:], g['indptr'][:]\n"
        "  f['{}_dense'] = scipy.sparse.csr_matrix(data, g.attrs['shape']).toarray()\n"
        "Then name {}_dense.",
        place, file.file(), name, name, name);
  }
  if (is_group_with(file, name, {"axis0"}) || (is_group_with(file, name, {"table"}) && !hdf5::field_names(file, name + "/table").empty()) ||
      is_group_with(file, name, {"values", "index"})) {
    throw Error(
        "{} is a table, as pandas stores it; Galen reads arrays of numbers. In Python:\n"
        "  import h5py, pandas\n"
        "  table = pandas.read_hdf('{}', '{}').select_dtypes('number')\n"
        "  h5py.File('{}', 'a')['{}_values'] = table.to_numpy('float32')\n"
        "Then name {}_values; columns of text need to be numbers before, or `galen import` of the table as CSV.",
        place, file.file(), name, file.file(), name, name);
  }
  if (!file.has(name) || file.array(name).type().kind != hdf5::Kind::kOther) return;
  const std::vector<std::string> fields = hdf5::field_names(file, name);
  if (fields.empty() || fields == std::vector<std::string>{"r", "i"}) return;  // complex numbers
  throw Error(
      "{} has rows of named fields ({}); Galen reads arrays of numbers. In Python:\n"
      "  import h5py, numpy\n"
      "  f = h5py.File('{}', 'a'); x = f['{}'][:]\n"
      "  f['{}_columns'] = numpy.stack([x[name] for name in ['{}']], axis=1)\n"
      "Then name {}_columns; of a target, name the one field that is to be learnt.",
      place, fmt::join(fields, ", "), file.file(), name, name, fmt::join(fields, "', '"), name);
}

void refuse_other_forms(const hdf5::File& file) {
  for (const std::string& name : file.arrays()) {
    refuse_other_forms(file, name.substr(0, name.rfind('/')));
    refuse_other_forms(file, name);
  }
}

}  // namespace galen::data
