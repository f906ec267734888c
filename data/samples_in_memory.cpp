#include "data/samples_in_memory.h"

#include "data/converter.h"
#include "data/files/unpack.h"
#include "data/sampling/length_order.h"
#include "data/text/token_converter.h"
#include "galen/error.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/zeros.h>

#include <fmt/ranges.h>

#include <algorithm>

namespace galen::data {
namespace {

constexpr const char* kLayouts[] = {"nf", "nct", "nchw", "ncdhw"};  // by the number of a sample's dimensions

hdf5::Native type_of(const at::Tensor& values, const InputForm& form) {
  switch (values.scalar_type()) {
    case at::kByte:
      return hdf5::Native::kU8;
    case at::kChar:
      return hdf5::Native::kI8;
    case at::kUInt16:
      return hdf5::Native::kU16;
    case at::kShort:
      return hdf5::Native::kI16;
    case at::kInt:
      return hdf5::Native::kI32;
    case at::kLong:
      return hdf5::Native::kI64;
    case at::kFloat:
      return hdf5::Native::kF32;
    case at::kDouble:
      return hdf5::Native::kF64;
    default:
      throw Error("{}: the samples are of type {}. Convert them to u8, i8, u16, i16, i32, i64, f32 or f64.", form.name,
                  c10::toString(values.scalar_type()));
  }
}

const std::byte* row_of(const at::Tensor& values, std::int64_t row) {
  const auto bytes = values[0].nbytes();
  return static_cast<const std::byte*>(values.const_data_ptr()) + static_cast<std::size_t>(row) * bytes;
}

bool is_present(const at::Tensor& present, std::int64_t row) { return !present.defined() || present[row].item<bool>(); }

// `ids`: of `raw`, contiguous i64.
std::vector<std::int64_t> lengths_of(const Input& raw, const at::Tensor& ids) {
  const auto* id = ids.const_data_ptr<std::int64_t>();
  std::vector<std::int64_t> lengths;
  for (std::int64_t i = 0; i < ids.size(0); ++i) {
    std::int64_t length = raw.length.defined() ? raw.length[i].item<std::int64_t>() : ids.size(1);
    if (!raw.length.defined()) {
      while (length > 0 && id[i * ids.size(1) + length - 1] == 0) --length;
    }
    lengths.push_back(length);
  }
  return lengths;
}

void check_texts(const Input& raw, const InputForm& form) {
  if (raw.values.dim() != 2)
    throw Error("{}: texts are given as [samples, tokens], not as [{}].", form.name, fmt::join(raw.values.sizes(), ", "));
  if (!at::isIntegralType(raw.values.scalar_type(), /*includeBool=*/false)) {
    throw Error("{}: token ids are of type {}. Convert them to an integer type.", form.name, c10::toString(raw.values.scalar_type()));
  }
  const at::Tensor ids = raw.values.to(at::kLong).contiguous();
  const std::vector<std::int64_t> lengths = lengths_of(raw, ids);
  const auto* text = ids.const_data_ptr<std::int64_t>();
  const auto tokens = static_cast<std::int64_t>(form.vocabulary->tokens.size());
  for (std::int64_t i = 0; i < ids.size(0); ++i, text += ids.size(1)) {
    const std::int64_t length = lengths[static_cast<std::size_t>(i)];
    if (length < 0 || length > ids.size(1)) {
      throw Error("{}: sample {} has the length {}, but {} token ids are given for each sample.", form.name, i, length, ids.size(1));
    }
    if (!is_present(raw.present, i)) continue;
    const auto* other = std::find_if(text, text + length, [tokens](std::int64_t id) { return id <= 0 || id >= tokens; });
    if (other == text + length) continue;
    throw Error("{}: sample {} holds the token id {}; those of its vocabulary go from 1 to {}.", form.name, i, *other, tokens - 1);
  }
}

// An entry of Input that is not the values.
void check_entry(const at::Tensor& entry, const char* what, bool is_type_right, std::int64_t samples, const InputForm& form) {
  if (!entry.defined()) return;
  if (!entry.device().is_cpu() || !is_type_right || entry.dim() != 1 || entry.size(0) != samples) {
    throw Error("{}: '{}' has the shape [{}] and the type {}, on {}; [{}] on the CPU is expected, i64 for a length and bool for present.",
                form.name, what, fmt::join(entry.sizes(), ", "), c10::toString(entry.scalar_type()), entry.device().str(), samples);
  }
}

Input prepare_texts(const Input& raw, const InputForm& form, const Preparation& preparation) {
  const at::Tensor ids = raw.values.to(at::kLong).contiguous();
  const TokenConverter converter(hdf5::Native::kI64, *form.vocabulary, preparation.max_length, form.name);
  const std::vector<std::int64_t> lengths = lengths_of(raw, ids);
  std::int64_t longest = 0;
  for (const std::int64_t length : lengths) longest = std::max(longest, converter.kept(length));
  longest = std::min(round_up_length(longest), preparation.max_length);  // as a Loader pads: sums over another length have other bits

  const std::int64_t samples = ids.size(0);
  Input input{at::zeros({samples, longest}, at::kLong), at::zeros({samples}, at::kLong), raw.present};
  auto* prepared = input.values.mutable_data_ptr<std::int64_t>();
  for (std::int64_t i = 0; i < samples; ++i) {
    const std::int64_t length = lengths[static_cast<std::size_t>(i)];
    input.length[i] = converter.kept(length);
    if (!is_present(raw.present, i)) continue;
    converter.convert(row_of(ids, i), length, i, {prepared + i * longest, static_cast<std::size_t>(longest)});
  }
  return input;
}

Layout layout_of(const at::Tensor& values, const InputForm& form) {
  const std::vector<std::int64_t> shape = values.sizes().vec();
  if (shape.size() < 2 || !std::equal(shape.begin() + 1, shape.end(), form.shape.begin(), form.shape.end())) {
    throw Error("{}: a sample has the shape [{}]; [{}] is expected, channels first.", form.name,
                fmt::join(shape.begin() + (shape.empty() ? 0 : 1), shape.end(), ", "), fmt::join(form.shape, ", "));
  }
  return {kLayouts[form.shape.size() - 1], shape, form.name};
}

}  // namespace

void check_samples(const Input& raw, const InputForm& form) {
  const at::Tensor& values = raw.values;
  if (!values.device().is_cpu()) throw Error("{}: the samples are on {}. Copy them to the CPU.", form.name, values.device().str());
  const bool has_i64_length = !raw.length.defined() || raw.length.scalar_type() == at::kLong;
  const bool has_bool_present = !raw.present.defined() || raw.present.scalar_type() == at::kBool;
  check_entry(raw.length, "length", has_i64_length, values.size(0), form);
  check_entry(raw.present, "present", has_bool_present, values.size(0), form);
  type_of(values, form);
  if (form.vocabulary != nullptr) {
    check_texts(raw, form);
  } else {
    layout_of(values, form);
  }
}

Input prepare(const Input& raw, const InputForm& form, const Preparation& preparation) {
  if (form.vocabulary != nullptr) return prepare_texts(raw, form, preparation);
  const Layout layout = layout_of(raw.values, form);
  const at::Tensor values = raw.values.contiguous();
  const hdf5::Native type = type_of(values, form);
  const std::int64_t samples = values.size(0);
  std::vector<std::int64_t> shape = output_shape(preparation, form.shape);
  shape.insert(shape.begin(), samples);
  Input input{at::zeros(shape, preparation.table ? at::kDouble : at::kFloat), raw.length, raw.present};
  if (samples == 0) return input;

  const std::int64_t elements = input.values.numel() / samples;
  const auto for_each = [&](auto* prepared, const auto& convert) {
    for (std::int64_t i = 0; i < samples; ++i) {
      if (is_present(raw.present, i)) convert(row_of(values, i), i, prepared + i * elements);
    }
  };
  if (preparation.table) {
    const UnpackTo<double> unpack = unpack_to_f64_of(type);
    for_each(input.values.mutable_data_ptr<double>(), [&](const std::byte* stored, std::int64_t, double* row) {
      unpack(layout, stored, row);
      prepare_row(*preparation.table, row, row);
    });
    return input;
  }
  const Converter converter(type, layout, preparation);
  Converter::Room room;
  for_each(input.values.mutable_data_ptr<float>(), [&](const std::byte* stored, std::int64_t i, float* prepared) {
    converter.convert(stored, {0, 0, i}, /*training=*/false, room, prepared);
  });
  return input;
}

}  // namespace galen::data
