#include "data/formats/arrays/number_type.h"

#include <ATen/ops/empty.h>
#include <c10/util/Exception.h>
#include <c10/util/Half.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <type_traits>

namespace galen::data {
namespace {

constexpr std::int64_t kMostElements = std::int64_t{1} << 56;

static_assert(std::endian::native == std::endian::little);

template <typename Stored, typename Number>
at::Tensor widen(std::span<const std::uint8_t> bytes, const std::vector<std::int64_t>& shape, bool swap) {
  at::Tensor values = at::empty(shape, c10::CppTypeToScalarType<Number>::value);
  auto* out = values.data_ptr<Number>();
  for (std::size_t offset = 0; offset < bytes.size(); offset += sizeof(Stored)) {
    std::array<std::uint8_t, sizeof(Stored)> element;
    std::memcpy(element.data(), bytes.data() + offset, sizeof(Stored));
    if (swap) std::reverse(element.begin(), element.end());
    *out++ = static_cast<Number>(std::bit_cast<Stored>(element));
  }
  return values;
}

/// Counts what becomes of the numbers as f32, or as f64.
template <typename Stored>
void count_faults(std::span<const std::uint8_t> bytes, bool swap, bool as_f64, NumberFaults& faults) {
  using Number = std::conditional_t<std::is_floating_point_v<Stored> || sizeof(Stored) < 8, double, Stored>;
  for (std::size_t offset = 0; offset < bytes.size(); offset += sizeof(Stored)) {
    std::array<std::uint8_t, sizeof(Stored)> element;
    std::memcpy(element.data(), bytes.data() + offset, sizeof(Stored));
    if (swap) std::reverse(element.begin(), element.end());
    const auto number = static_cast<Number>(std::bit_cast<Stored>(element));
    if (as_f64) {
      faults.keep(number);
    } else {
      faults.store(number);
    }
  }
}

using Decoder = at::Tensor (*)(std::span<const std::uint8_t>, const std::vector<std::int64_t>&, bool);

struct Row {
  char kind;
  int bytes;
  Decoder decoder;
  void (*count_faults)(std::span<const std::uint8_t>, bool, bool, NumberFaults&) = nullptr;  ///< null: f32 holds all numbers of the type
};

constexpr Row kDecoders[] = {
    {'b', 1, widen<std::uint8_t, std::uint8_t>},
    {'u', 1, widen<std::uint8_t, std::uint8_t>},
    {'u', 2, widen<std::uint16_t, std::int32_t>},
    {'u', 4, widen<std::uint32_t, std::int64_t>, count_faults<std::uint32_t>},
    {'u', 8, widen<std::uint64_t, double>, count_faults<std::uint64_t>},
    {'i', 1, widen<std::int8_t, std::int32_t>},
    {'i', 2, widen<std::int16_t, std::int32_t>},
    {'i', 4, widen<std::int32_t, std::int32_t>, count_faults<std::int32_t>},
    {'i', 8, widen<std::int64_t, std::int64_t>, count_faults<std::int64_t>},
    {'f', 2,
     [](std::span<const std::uint8_t> bytes, const std::vector<std::int64_t>& shape, bool swap) {
       // The bits of an f16 travel as u16, so that bit_cast needs no trivially copyable Half.
       at::Tensor bits = widen<std::uint16_t, std::int32_t>(bytes, shape, swap);
       at::Tensor values = at::empty(shape, at::kFloat);
       const auto* in = bits.data_ptr<std::int32_t>();
       auto* out = values.data_ptr<float>();
       for (std::int64_t i = 0; i < values.numel(); ++i) out[i] = c10::Half(static_cast<std::uint16_t>(in[i]), c10::Half::from_bits());
       return values;
     }},
    {'f', 4, widen<float, float>, count_faults<float>},
    {'f', 8, widen<double, double>, count_faults<double>},
};

const Row* find(NumberType type) {
  const auto* row = std::find_if(std::begin(kDecoders), std::end(kDecoders),
                                 [&](const Row& candidate) { return candidate.kind == type.kind && candidate.bytes == type.bytes; });
  return row == std::end(kDecoders) ? nullptr : row;
}

}  // namespace

bool is_known(NumberType type) { return find(type) != nullptr; }

bool f32_holds(NumberType type) {
  const Row* row = find(type);
  return row->count_faults == nullptr || (type.kind == 'f' && type.bytes == 4);
}

at::ScalarType storage_type(NumberType type) {
  if (type.kind == 'b' || (type.kind == 'u' && type.bytes == 1)) return at::kByte;
  if (type.kind == 'u' && type.bytes == 2) return at::kInt;
  return at::kFloat;
}

at::Tensor decode(std::span<const std::uint8_t> bytes, const std::vector<std::int64_t>& shape, NumberType type, at::ScalarType to,
                  NumberFaults& faults) {
  TORCH_CHECK(is_known(type) && static_cast<std::int64_t>(bytes.size()) == element_count(shape) * type.bytes);
  const Row& row = *find(type);
  if (row.count_faults != nullptr && at::isFloatingType(to)) row.count_faults(bytes, type.big_endian, to == at::kDouble, faults);
  return row.decoder(bytes, shape, type.big_endian).to(to);
}

std::int64_t element_count(std::span<const std::int64_t> shape) {
  std::int64_t count = 1;
  for (const std::int64_t size : shape) {
    if (size < 0 || __builtin_mul_overflow(count, size, &count) || count > kMostElements) return -1;
  }
  return count;
}

}  // namespace galen::data
