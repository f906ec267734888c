#include "data/hdf5/library.h"

#include <algorithm>
#include <utility>

namespace galen::data::hdf5 {

hid_t native_type(Native type) {
  const hid_t types[] = {H5T_NATIVE_UINT8, H5T_NATIVE_INT8,   H5T_NATIVE_UINT16, H5T_NATIVE_INT16, H5T_NATIVE_UINT32,
                         H5T_NATIVE_INT32, H5T_NATIVE_UINT64, H5T_NATIVE_INT64,  H5T_NATIVE_FLOAT, H5T_NATIVE_DOUBLE};
  return types[static_cast<std::size_t>(type)];
}

hid_t stored_type(Native type) {
  const hid_t types[] = {H5T_STD_U8LE,  H5T_STD_I8LE,  H5T_STD_U16LE, H5T_STD_I16LE,  H5T_STD_U32LE,
                         H5T_STD_I32LE, H5T_STD_U64LE, H5T_STD_I64LE, H5T_IEEE_F32LE, H5T_IEEE_F64LE};
  return types[static_cast<std::size_t>(type)];
}

std::size_t bytes_of(Native type) {
  return with_type(type, [](auto* values) { return sizeof(*values); });
}

Native native_of(const ElementType& type) {
  if (type.kind == Kind::kBoolean) return Native::kU8;
  if (type.kind == Kind::kFloat) return type.bytes <= 4 ? Native::kF32 : Native::kF64;
  if (type.bytes == 1) return type.is_signed ? Native::kI8 : Native::kU8;
  if (type.bytes == 2) return type.is_signed ? Native::kI16 : Native::kU16;
  if (type.bytes <= 4) return type.is_signed ? Native::kI32 : Native::kU32;
  return type.is_signed ? Native::kI64 : Native::kU64;
}

namespace {

bool is_boolean(hid_t enumeration) {
  if (H5Tget_nmembers(enumeration) != 2) return false;
  std::string names;
  for (unsigned member = 0; member < 2; ++member) {
    char* name = H5Tget_member_name(enumeration, member);
    names += name;
    H5free_memory(name);
  }
  return names == "FALSETRUE" || names == "TRUEFALSE";
}

}  // namespace

ElementType element_type(hid_t type) {
  ElementType element{Kind::kOther, false, H5Tget_size(type)};
  switch (H5Tget_class(type)) {
    case H5T_INTEGER:
      element.kind = Kind::kInteger;
      element.is_signed = H5Tget_sign(type) == H5T_SGN_2;
      break;
    case H5T_ENUM:
      element.kind = is_boolean(type) ? Kind::kBoolean : Kind::kInteger;
      element.is_signed = element.kind == Kind::kInteger && H5Tget_sign(Handle(H5Tget_super(type)).id()) == H5T_SGN_2;
      break;
    case H5T_FLOAT:
      element.kind = Kind::kFloat;
      element.is_signed = true;
      break;
    case H5T_STRING:
      element.kind = Kind::kString;
      break;
    default:
      break;
  }
  return element;
}

std::string to_string(const ElementType& type) {
  const auto bits = 8 * type.bytes;
  switch (type.kind) {
    case Kind::kInteger:
      return fmt::format("{}{}", type.is_signed ? 'i' : 'u', bits);
    case Kind::kBoolean:
      return "bool";
    case Kind::kFloat:
      return fmt::format("f{}", bits);
    case Kind::kString:
      return "text";
    case Kind::kOther:
      break;
  }
  return "a compound or other type";
}

Handle variable_text_type() { return fixed_text_type(H5T_VARIABLE); }

Handle fixed_text_type(std::size_t length) {
  Handle type(H5Tcopy(H5T_C_S1));
  H5Tset_size(type.id(), length);
  if (length != H5T_VARIABLE) H5Tset_strpad(type.id(), H5T_STR_NULLPAD);
  H5Tset_cset(type.id(), H5T_CSET_UTF8);
  return type;
}

std::vector<std::string> collect_texts(hid_t type, hid_t space, const std::function<void(void*)>& read) {
  const auto count = static_cast<std::size_t>(std::max<hssize_t>(H5Sget_simple_extent_npoints(space), 0));
  std::vector<std::string> texts;
  texts.reserve(count);
  if (H5Tis_variable_str(type) > 0) {
    std::vector<char*> pointers(count, nullptr);
    read(pointers.data());
    for (const char* text : pointers) texts.emplace_back(text == nullptr ? "" : text);
    H5Dvlen_reclaim(type, space, H5P_DEFAULT, pointers.data());
    return texts;
  }
  const std::size_t length = H5Tget_size(type);
  const bool padded_with_spaces = H5Tget_strpad(type) == H5T_STR_SPACEPAD;
  std::vector<char> characters(count * length);
  read(characters.data());
  for (std::size_t i = 0; i < count; ++i) {
    std::string text(&characters[i * length], length);
    text.resize(std::min(text.find('\0'), length));
    if (padded_with_spaces) text.resize(text.find_last_not_of(' ') + 1);
    texts.push_back(std::move(text));
  }
  return texts;
}

}  // namespace galen::data::hdf5
