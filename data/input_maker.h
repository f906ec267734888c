#pragma once

#include "data/converter.h"
#include "data/files/dataset.h"
#include "data/preparation/preparation.h"
#include "data/text/token_converter.h"
#include "galen/inputs.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace galen::data {

/// Makes one input of batches out of what is stored. Const: any number of threads, each with scratch and room of its own.
class InputMaker {
 public:
  /// `dataset`: with that input alone (Dataset::input()), outlives this. A preparation of other samples is an invariant broken.
  InputMaker(const Dataset& dataset, const Preparation& preparation);

  const std::vector<std::int64_t>& shape() const { return shape_; }  ///< of a prepared sample
  bool is_text() const { return tokens_.has_value(); }
  std::int64_t length(std::int64_t sample) const;  ///< of a prepared sample: Input::length

  Input buffer(std::int64_t rows) const;

  /// Rows [0, rows) of a buffer; of texts each of `text_length`.
  Input part(const Input& buffer, std::int64_t rows, std::int64_t text_length) const;

  /// What random transforms depend on, beside the sample.
  struct Draw {
    std::uint64_t seed = 0;
    std::int64_t epoch = 0;
    bool augment = false;
  };

  /// Fills `input`, a row for each of `samples`.
  void fill(std::span<const std::int64_t> samples, const Draw& draw, const Input& input, ReadScratch& scratch, Converter::Room& room) const;

 private:
  void read(std::span<const std::int64_t> samples, std::span<const std::int64_t> rows, const Draw& draw, const at::Tensor& values,
            ReadScratch& scratch, Converter::Room& room) const;

  const Dataset& dataset_;
  std::vector<std::int64_t> shape_;
  std::optional<const Converter> converter_;
  std::optional<const TablePreparation> table_;  ///< instead, of rows in f64
  std::optional<const TokenConverter> tokens_;   ///< instead, of texts
};

}  // namespace galen::data
