#pragma once

#include "data/hdf5/hdf5.h"

#include <string>

namespace galen::data {

/// Data in a form that is no array of numbers: a sparse matrix (scipy, anndata), a table of pandas, rows of named fields. Where `name` is
/// such a thing, throws galen::Error with three lines of Python that make an array of it.
void refuse_other_forms(const hdf5::File& file, const std::string& name);

/// The same of anything in the file.
void refuse_other_forms(const hdf5::File& file);

}  // namespace galen::data
