#include "data/input_maker.h"

#include "data/files/unpack.h"

#include <ATen/ops/empty.h>
#include <c10/util/Exception.h>

#include <fmt/format.h>

namespace galen::data {

namespace {

std::vector<std::int64_t> shape_of_rows(std::int64_t rows, const std::vector<std::int64_t>& row) {
  std::vector<std::int64_t> shape = {rows};
  shape.insert(shape.end(), row.begin(), row.end());
  return shape;
}

}  // namespace

InputMaker::InputMaker(const Dataset& dataset, const Preparation& preparation)
    : dataset_(dataset), shape_(output_shape(preparation, dataset.input_shape())) {
  if (const auto& vocabulary = dataset.vocabulary()) {
    TORCH_CHECK(preparation.max_length > 0, "a preparation that is not for texts");
    tokens_.emplace(dataset.stored_type(), *vocabulary, preparation.max_length,
                    fmt::format("{}: dataset {}", dataset.file(), dataset.input_name()));
  } else if (preparation.table) {
    TORCH_CHECK(dataset.input_shape() == std::vector{preparation.table->features()}, "a preparation of another table");
    table_.emplace(*preparation.table);
  } else {
    converter_.emplace(dataset.stored_type(), dataset.layout(), preparation);
  }
}

std::int64_t InputMaker::length(std::int64_t sample) const {
  const std::int64_t length = dataset_.lengths()[static_cast<std::size_t>(sample)];
  return tokens_ ? tokens_->kept(length) : length;
}

Input InputMaker::buffer(std::int64_t rows) const {
  const at::ScalarType type = tokens_ ? at::kLong : table_ ? at::kDouble : at::kFloat;
  Input input{at::empty(shape_of_rows(rows, shape_), type)};
  if (!dataset_.lengths().empty()) input.length = at::empty({rows}, at::kLong);
  if (!dataset_.present().empty()) input.present = at::empty({rows}, at::kBool);
  return input;
}

Input InputMaker::part(const Input& buffer, std::int64_t rows, std::int64_t text_length) const {
  Input input = buffer.rows({0, rows});
  if (tokens_) input.values = buffer.values.flatten().narrow(0, 0, rows * text_length).view({rows, text_length});
  return input;
}

void InputMaker::fill(std::span<const std::int64_t> samples, const Draw& draw, const Input& input, ReadScratch& scratch,
                      Converter::Room& room) const {
  if (input.length.defined()) {
    auto* lengths = input.length.mutable_data_ptr<std::int64_t>();
    for (std::size_t i = 0; i < samples.size(); ++i) lengths[i] = length(samples[i]);
  }
  if (!input.present.defined()) return read(samples, {}, draw, input.values, scratch, room);

  // What is stored of a sample that lacks the input may be anything, NaN too.
  auto* present = input.present.mutable_data_ptr<bool>();
  std::vector<std::int64_t> held, rows;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    present[i] = dataset_.has(samples[i]);
    if (!present[i]) {
      input.values[static_cast<std::int64_t>(i)].zero_();
      continue;
    }
    held.push_back(samples[i]);
    rows.push_back(static_cast<std::int64_t>(i));
  }
  read(held, rows, draw, input.values, scratch, room);
}

// `rows`: of `values`, one for each sample; empty: in their order.
void InputMaker::read(std::span<const std::int64_t> samples, std::span<const std::int64_t> rows, const Draw& draw, const at::Tensor& values,
                      ReadScratch& scratch, Converter::Room& room) const {
  if (samples.empty()) return;
  const std::int64_t elements = values.numel() / values.size(0);
  const auto row_of = [&](std::size_t i) { return (rows.empty() ? static_cast<std::int64_t>(i) : rows[i]) * elements; };
  if (tokens_) {
    auto* ids = values.mutable_data_ptr<std::int64_t>();
    const std::vector<std::int64_t>& lengths = dataset_.lengths();
    dataset_.visit(samples, scratch, [&](std::size_t i, const std::byte* stored) {
      tokens_->convert(stored, lengths[static_cast<std::size_t>(samples[i])], samples[i],
                       {ids + row_of(i), static_cast<std::size_t>(elements)});
    });
    return;
  }
  if (table_) {
    auto* columns = values.mutable_data_ptr<double>();
    const UnpackTo<double> unpack = unpack_to_f64_of(dataset_.stored_type());
    dataset_.visit(samples, scratch, [&](std::size_t i, const std::byte* stored) {
      double* row = columns + row_of(i);
      unpack(dataset_.layout(), stored, row);
      prepare_row(*table_, row, row);
    });
    return;
  }
  auto* prepared = values.mutable_data_ptr<float>();
  dataset_.visit(samples, scratch, [&](std::size_t i, const std::byte* stored) {
    converter_->convert(stored, {draw.seed, draw.epoch, samples[i]}, draw.augment, room, prepared + row_of(i));
  });
}

}  // namespace galen::data
