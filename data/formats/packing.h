#pragma once

#include <c10/util/Exception.h>

#include <array>
#include <cstddef>
#include <cstring>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace galen::data {

// Values as bytes, for other ranks of the same program. A struct takes part by a function beside it that names its fields:
//
//   template <typename Archive>
//   void fields(Archive& archive, Header& header) { archive(header.file, header.rows); }

template <typename Direction>
class Archive : public Direction {
 public:
  using Direction::Direction;

  template <typename... Values>
  void operator()(Values&... values) {
    (one(values), ...);
  }

 private:
  template <typename Value>
  void one(Value& value) {
    if constexpr (std::is_arithmetic_v<Value> || std::is_enum_v<Value>) {
      this->raw(&value, sizeof(value));
    } else {
      each(value);
    }
  }

  void each(std::string& text) {
    size_of(text);
    this->raw(text.data(), text.size());
  }
  template <typename Value>
  void each(std::vector<Value>& values) {
    size_of(values);
    if constexpr (std::is_arithmetic_v<Value>) {
      this->raw(values.data(), values.size() * sizeof(Value));
    } else {
      for (Value& value : values) one(value);
    }
  }
  template <typename Value, std::size_t kSize>
  void each(std::array<Value, kSize>& values) {
    for (Value& value : values) one(value);
  }
  template <typename First, typename Second>
  void each(std::pair<First, Second>& pair) {
    (*this)(pair.first, pair.second);
  }
  template <typename Value>
  void each(std::optional<Value>& value) {
    bool is_there = value.has_value();
    one(is_there);
    if (!Direction::kUnpacks) {
      if (is_there) one(*value);
    } else if (is_there) {
      one(value.emplace());
    } else {
      value.reset();
    }
  }
  template <typename Key, typename Value>
  void each(std::map<Key, Value>& values) {
    std::size_t size = values.size();
    one(size);
    if constexpr (Direction::kUnpacks) {
      values.clear();
      for (std::size_t i = 0; i < size; ++i) {
        std::pair<Key, Value> entry;
        each(entry);
        values.insert(std::move(entry));
      }
    } else {
      for (auto& [key, value] : values) {
        one(const_cast<Key&>(key));  // which packing leaves as it is
        one(value);
      }
    }
  }
  template <typename Struct>
  void each(Struct& value) {
    fields(*this, value);
  }

  template <typename Values>
  void size_of(Values& values) {
    std::size_t size = values.size();
    one(size);
    if constexpr (Direction::kUnpacks) {
      TORCH_CHECK(size <= this->left(), "packed bytes that end early");
      values.resize(size);
    }
  }
};

class PackingDirection {
 public:
  static constexpr bool kUnpacks = false;
  std::string take() { return std::move(bytes_); }

 protected:
  void raw(const void* from, std::size_t size) { bytes_.append(static_cast<const char*>(from), size); }
  std::size_t left() const { return 0; }

 private:
  std::string bytes_;
};

class UnpackingDirection {
 public:
  static constexpr bool kUnpacks = true;
  explicit UnpackingDirection(std::string_view bytes) : bytes_(bytes) {}
  std::size_t left() const { return bytes_.size(); }

 protected:
  void raw(void* to, std::size_t size) {
    TORCH_CHECK(size <= bytes_.size(), "packed bytes that end early");
    if (size > 0) std::memcpy(to, bytes_.data(), size);
    bytes_.remove_prefix(size);
  }

 private:
  std::string_view bytes_;
};

template <typename Value>
std::string packed(const Value& value) {
  Archive<PackingDirection> archive;
  archive(const_cast<Value&>(value));  // which packing leaves as it is
  return archive.take();
}

template <typename Value>
Value unpacked(std::string_view bytes) {
  Value value;
  Archive<UnpackingDirection> archive(bytes);
  archive(value);
  TORCH_CHECK(archive.left() == 0, "packed bytes of something else");
  return value;
}

}  // namespace galen::data
