#pragma once

#include "galen/enum_names.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>
#include <vector>

/// What Galen needs of the HDF5 library, and the one place that calls it.
///
/// Every call takes one lock of the whole process, as the library is not safe for threads, and throws galen::Error with the file, the
/// dataset and the library's own reason. The library itself prints nothing.
namespace galen::data::hdf5 {

/// Whether a file may take elements out of files that lie outside its own folder: by external links, external storage and virtual
/// datasets.
enum class External { kRefuse, kAllow };
constexpr auto enum_names(External) {
  return std::to_array<EnumName<External>>({{External::kRefuse, "refuse"}, {External::kAllow, "allow"}});
}

enum class Kind { kInteger, kBoolean, kFloat, kString, kOther };

/// Type of the stored elements, whatever their byte order. kBoolean: an enumeration of FALSE and TRUE, as h5py writes it.
struct ElementType {
  Kind kind = Kind::kOther;
  bool is_signed = false;
  std::size_t bytes = 0;
};

/// Of the HDF5 library in use: "1.10.8".
std::string library_version();

/// "u8", "i64", "f32", "bool", "text" …
std::string to_string(const ElementType& type);

/// Types of values in memory; the library converts between them and what is stored.
enum class Native { kU8, kI8, kU16, kI16, kU32, kI32, kU64, kI64, kF32, kF64 };

/// Calls `visit` with a null pointer to the C++ type that `type` stands for.
template <typename Visit>
decltype(auto) with_type(Native type, Visit visit) {
  switch (type) {
    case Native::kU8:
      return visit(static_cast<std::uint8_t*>(nullptr));
    case Native::kI8:
      return visit(static_cast<std::int8_t*>(nullptr));
    case Native::kU16:
      return visit(static_cast<std::uint16_t*>(nullptr));
    case Native::kI16:
      return visit(static_cast<std::int16_t*>(nullptr));
    case Native::kU32:
      return visit(static_cast<std::uint32_t*>(nullptr));
    case Native::kI32:
      return visit(static_cast<std::int32_t*>(nullptr));
    case Native::kU64:
      return visit(static_cast<std::uint64_t*>(nullptr));
    case Native::kI64:
      return visit(static_cast<std::int64_t*>(nullptr));
    case Native::kF32:
      return visit(static_cast<float*>(nullptr));
    case Native::kF64:
      break;
  }
  return visit(static_cast<double*>(nullptr));
}

template <typename Value>
inline constexpr Native kNative = [] {
  if constexpr (std::is_floating_point_v<Value>) return sizeof(Value) == 4 ? Native::kF32 : Native::kF64;
  constexpr bool is_signed = std::is_signed_v<Value>;
  switch (sizeof(Value)) {
    case 1:
      return is_signed ? Native::kI8 : Native::kU8;
    case 2:
      return is_signed ? Native::kI16 : Native::kU16;
    case 4:
      return is_signed ? Native::kI32 : Native::kU32;
    default:
      return is_signed ? Native::kI64 : Native::kU64;
  }
}();

std::size_t bytes_of(Native type);

/// The type in memory that holds all values of a numeric `type`: its own size and sign; booleans u8, short floats f32, long ones f64.
Native native_of(const ElementType& type);

/// An identifier of the library, released when the last copy is gone.
class Handle {
 public:
  Handle() = default;
  explicit Handle(std::int64_t id) : id_(id) {}  ///< takes over `id`
  Handle(const Handle& other);
  Handle(Handle&& other) noexcept;
  Handle& operator=(Handle other) noexcept;
  ~Handle();
  std::int64_t id() const { return id_; }

 private:
  std::int64_t id_ = -1;
};

/// Something that carries attributes: a file or an array.
class Object {
 public:
  const std::string& file() const { return file_; }
  const std::string& name() const { return name_; }
  std::string where() const;  ///< "FILE" or "FILE: dataset NAME", as errors begin

  bool has_attribute(const std::string& key) const;
  std::vector<std::string> texts(const std::string& key) const;  ///< empty where there is no such attribute
  std::vector<double> numbers(const std::string& key) const;     ///< likewise
  std::vector<std::string> text_attributes() const;              ///< names of the attributes that hold text

  void set_attribute(const std::string& key, const std::string& text);
  void set_attribute(const std::string& key, const std::vector<std::string>& texts);
  void set_attribute(const std::string& key, const std::vector<double>& numbers);
  void set_attribute(const std::string& key, std::int64_t number);

 protected:
  Object(Handle handle, std::string file, std::string name);
  std::int64_t id() const { return handle_.id(); }

 private:
  void write_attribute(const std::string& key, const Handle& type, const Handle& space, const void* values);

  Handle handle_;
  std::string file_;
  std::string name_;
};

struct Reach;
struct Storage;

/// A dataset of the file: rows of equal size.
class Array : public Object {
 public:
  const std::vector<std::int64_t>& shape() const { return shape_; }
  std::int64_t rows() const { return shape_.empty() ? 0 : shape_.front(); }
  std::int64_t row_elements() const;
  const ElementType& type() const { return type_; }

  std::vector<std::int64_t> chunk_shape() const;  ///< empty: contiguous
  std::vector<std::string> filters() const;       ///< "deflate", "shuffle" … in the order they are applied when writing

  /// Where the bytes lie. Elements that lie nowhere, as was claimed or lost, throw galen::Error; reading all rows at once looks too.
  Storage storage() const;

  /// Other files that elements lie in, as links, virtual datasets and external storage name them.
  std::vector<std::string> other_files() const;

  /// Rows [first, first + count) into `values`, in the file's order of dimensions.
  void read(std::int64_t first, std::int64_t count, Native type, void* values) const;
  void write(std::int64_t first, std::int64_t count, Native type, const void* values);

  template <typename Value>
  std::vector<Value> read_all() const {
    std::vector<Value> values(static_cast<std::size_t>(rows() * row_elements()));
    read(0, rows(), kNative<Value>, values.data());
    return values;
  }
  std::vector<std::string> read_texts() const;  ///< [N] text of fixed or variable length

 private:
  friend class File;
  Array(Handle handle, const std::string& file, std::string name);

  std::vector<std::int64_t> shape_;
  ElementType type_;
};

/// A file, closed when it and the last of its arrays are gone.
class File : public Object {
 public:
  /// To read. What lies in another file that `external` does not allow throws galen::Error when it is asked for.
  static File open(const std::string& path, External external = External::kRefuse);
  static File modify(const std::string& path);  ///< to read and write
  static File create(const std::string& path);  ///< replaces what is there

  bool has(const std::string& name) const;
  Array array(const std::string& name) const;
  std::vector<std::string> arrays() const;  ///< full names of all of them

  /// `chunk_rows` 0: contiguous; `gzip_level` 1 … 9 wants chunks. Stored little-endian; parent groups are made.
  Array create_array(const std::string& name, Native type, const std::vector<std::int64_t>& shape, std::int64_t chunk_rows = 0,
                     int gzip_level = 0);
  /// [N] UTF-8 of fixed length, padded with zeros.
  void write_texts(const std::string& name, const std::vector<std::string>& texts);

  void flush();

  External external() const { return external_; }  ///< that it was opened with

 private:
  friend File open_within(const std::string& path, const Reach& reach);
  File(Handle handle, const std::string& path, External external = External::kRefuse);

  External external_;
};

}  // namespace galen::data::hdf5
