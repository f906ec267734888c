#pragma once

#include "data/formats/options/import_options.h"
#include "data/formats/source.h"

namespace galen::data {

/// Whether the file is a zip archive, as NumPy's .npz is.
bool is_npz(const std::string& path);

/// MedMNIST's .npz ({train,val,test}_{images,labels}, 2-D and 3-D, grey and colour), Keras's (x_train, y_train, x_test, y_test), or one
/// pair without a split (images, labels; x, y). Images as SampleLayout reads them, or, of x alone, tables [N, F]; they are read member by
/// member, never all at once.
Source open_npz(const ImportOptions& options);

}  // namespace galen::data
