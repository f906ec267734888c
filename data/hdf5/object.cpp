#include "data/hdf5/library.h"

#include <algorithm>
#include <utility>

namespace galen::data::hdf5 {

Object::Object(Handle handle, std::string file, std::string name)
    : handle_(std::move(handle)), file_(std::move(file)), name_(std::move(name)) {}

std::string Object::where() const { return name_ == "/" ? file_ : fmt::format("{}: dataset {}", file_, name_); }

bool Object::has_attribute(const std::string& key) const {
  const Lock lock;
  return H5Aexists(id(), key.c_str()) > 0;
}

std::vector<std::string> Object::texts(const std::string& key) const {
  const Lock lock;
  if (!has_attribute(key)) return {};
  const std::string place = fmt::format("{}: attribute {}", where(), key);
  const Handle attribute = own(H5Aopen(id(), key.c_str(), H5P_DEFAULT), place, "cannot be opened");
  const Handle type(H5Aget_type(attribute.id()));
  if (H5Tget_class(type.id()) != H5T_STRING) throw Error("{} must be text.", place);
  const Handle space(H5Aget_space(attribute.id()));
  return collect_texts(type.id(), space.id(),
                       [&](void* values) { check(H5Aread(attribute.id(), type.id(), values), place, "cannot be read"); });
}

std::vector<double> Object::numbers(const std::string& key) const {
  const Lock lock;
  if (!has_attribute(key)) return {};
  const std::string place = fmt::format("{}: attribute {}", where(), key);
  const Handle attribute = own(H5Aopen(id(), key.c_str(), H5P_DEFAULT), place, "cannot be opened");
  const Handle space(H5Aget_space(attribute.id()));
  std::vector<double> values(static_cast<std::size_t>(std::max<hssize_t>(H5Sget_simple_extent_npoints(space.id()), 0)));
  check(H5Aread(attribute.id(), H5T_NATIVE_DOUBLE, values.data()), place, "must hold numbers");
  return values;
}

std::vector<std::string> Object::text_attributes() const {
  const Lock lock;
  std::vector<std::string> names;
  const auto add = [](hid_t object, const char* name, const H5A_info_t*, void* found) -> herr_t {
    const Handle attribute(H5Aopen(object, name, H5P_DEFAULT));
    const Handle type(H5Aget_type(attribute.id()));
    if (H5Tget_class(type.id()) == H5T_STRING) static_cast<std::vector<std::string>*>(found)->emplace_back(name);
    return 0;
  };
  check(H5Aiterate2(id(), H5_INDEX_NAME, H5_ITER_INC, nullptr, add, &names), where(), "has attributes that cannot be read");
  return names;
}

void Object::write_attribute(const std::string& key, const Handle& type, const Handle& space, const void* values) {
  if (has_attribute(key)) check(H5Adelete(id(), key.c_str()), where(), "cannot have an attribute replaced");
  const std::string place = fmt::format("{}: attribute {}", where(), key);
  const Handle attribute = own(H5Acreate2(id(), key.c_str(), type.id(), space.id(), H5P_DEFAULT, H5P_DEFAULT), place, "cannot be made");
  check(H5Awrite(attribute.id(), type.id(), values), place, "cannot be written");
}

void Object::set_attribute(const std::string& key, const std::string& text) {
  const Lock lock;
  const char* pointer = text.c_str();
  write_attribute(key, variable_text_type(), Handle(H5Screate(H5S_SCALAR)), &pointer);
}

void Object::set_attribute(const std::string& key, const std::vector<std::string>& texts) {
  const Lock lock;
  std::vector<const char*> pointers;
  for (const std::string& text : texts) pointers.push_back(text.c_str());
  const hsize_t count = pointers.size();
  write_attribute(key, variable_text_type(), Handle(H5Screate_simple(1, &count, nullptr)), pointers.data());
}

void Object::set_attribute(const std::string& key, const std::vector<double>& numbers) {
  const Lock lock;
  const hsize_t count = numbers.size();
  write_attribute(key, Handle(H5Tcopy(H5T_IEEE_F64LE)), Handle(H5Screate_simple(1, &count, nullptr)), numbers.data());
}

void Object::set_attribute(const std::string& key, std::int64_t number) {
  const Lock lock;
  write_attribute(key, Handle(H5Tcopy(H5T_STD_I64LE)), Handle(H5Screate(H5S_SCALAR)), &number);
}

}  // namespace galen::data::hdf5
