#include "data/files/stored_masks.h"

#include "galen/error.h"

namespace galen::data {

bool holds_masks(const hdf5::Array& array, const Layout& images) {
  return array.shape().size() > 2 && images.sample_shape().size() > 2 && array.row_elements() > 1;
}

Layout mask_layout(const hdf5::Array& array, const Layout& images) {
  if (array.type().kind == hdf5::Kind::kString || array.type().kind == hdf5::Kind::kOther) {
    throw Error("{} holds {}; masks must be whole numbers.", array.where(), to_string(array.type()));
  }
  std::string letters = images.letters();
  if (array.shape().size() < letters.size()) std::erase(letters, 'c');
  std::vector<std::int64_t> wanted = images.sample_shape();
  wanted.front() = 1;
  if (letters.size() == array.shape().size()) {
    Layout layout(letters, array.shape(), array.where());
    if (layout.sample_shape() == wanted) return layout;
  }
  wanted.erase(wanted.begin());
  throw Error("{} has shape [{}]; a mask has a label for each pixel of its image, [{}] here, in the order of dimensions of data.layout.",
              array.where(), fmt::join(array.shape(), ", "), fmt::join(wanted, ", "));
}

}  // namespace galen::data
