#include "data/hdf5/foreign.h"

#include "data/hdf5/file_driver.h"
#include "data/hdf5/library.h"
#include "data/hdf5/reach.h"

namespace galen::data::hdf5 {

std::vector<std::string> field_names(const File& file, const std::string& name) {
  const Lock lock;
  const std::string where = fmt::format("{}: dataset {}", file.file(), name);
  const Handle opened = open_to_read(file.file(), reach_from(file.file(), file.external()));
  const Handle array = open_array(opened.id(), name, H5P_DEFAULT, where);
  check(array.id(), where, "cannot be opened");
  const Handle type = own(H5Dget_type(array.id()), where, "has no type");
  std::vector<std::string> names;
  if (H5Tget_class(type.id()) != H5T_COMPOUND) return names;
  for (int member = 0; member < H5Tget_nmembers(type.id()); ++member) {
    char* field = H5Tget_member_name(type.id(), static_cast<unsigned>(member));
    names.emplace_back(field == nullptr ? "" : field);
    H5free_memory(field);
  }
  return names;
}

bool leads_elsewhere(const File& file, const std::string& name) {
  const Lock lock;
  const Handle opened = open_to_read(file.file(), reach_from(file.file(), file.external()));
  const Handle object(H5Oopen(opened.id(), name.c_str(), H5P_DEFAULT));
  if (!take_refused().empty()) return true;
  return object.id() >= 0 && file_of(object.id()) != file.file();
}

void add_names(const std::string& file, const std::vector<std::pair<std::string, std::string>>& names) {
  const Lock lock;
  const Handle access = writing_access();
  const Handle opened = own(H5Fopen(file.c_str(), H5F_ACC_RDWR, access.id()), file, "cannot be opened to write");
  const Handle properties(H5Pcreate(H5P_LINK_CREATE));
  H5Pset_create_intermediate_group(properties.id(), 1);
  for (const auto& [existing, name] : names) {
    check(H5Lcreate_hard(opened.id(), existing.c_str(), opened.id(), name.c_str(), properties.id(), H5P_DEFAULT),
          fmt::format("{}: dataset {}", file, existing), "cannot have a second name");
  }
  check(H5Fflush(opened.id(), H5F_SCOPE_GLOBAL), file, "cannot be written");
}

}  // namespace galen::data::hdf5
