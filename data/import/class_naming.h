#pragma once

#include "data/formats/options/import_options.h"
#include "data/formats/source.h"

namespace galen::data {

/// Orders and names the classes (or labels) of an opened source as options.class_names, options.positive and source.classes_like have it.
///
/// class_names: a permutation of the source's names puts the classes in that order; pairs OLD=NEW rename; where the source has numbers
/// only, other names are those of its classes in the order of the numbers. positive: of two classes, this one becomes number 1.
/// classes_like: names and numbers become those of an earlier data set. Whatever does not fit throws galen::UsageError with the known
/// names, a class that the earlier data set does not have galen::Error. Notes what was named by number, and a class 1 whose name tells that
/// nothing was found.
void arrange_classes(Source& source, const ImportOptions& options);

}  // namespace galen::data
