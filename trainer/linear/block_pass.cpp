#include "trainer/linear/block_pass.h"

#include <algorithm>
#include <memory>

namespace galen::trainer::linear {

BlockReader::BlockReader(const TableRows& rows, const Design& design, const PassShape& shape, std::span<const double> coefficients)
    : rows_(rows),
      design_(design),
      products_(shape.products),
      panels_(panels_of(design.width())),
      packed_(panels_ * kBlockRows),
      coefficients_(shape.products * panels_),
      product_values_(shape.products * kBlockRows),
      weights_(shape.unit_weights ? 0 : shape.grams * kBlockRows),
      residuals_(shape.sums * kBlockRows) {
  for (std::int64_t product = 0; product < products_; ++product) {
    std::copy_n(coefficients.data() + product * design.width(), design.width(), coefficients_[product * panels_].values);
  }
}

void BlockReader::read(std::int64_t lane, double* scalars, const std::function<void(Block&)>& visit) {
  const Kernels& loops = kernels();
  double* packed = packed_.front().values;
  const std::int64_t end = rows_.lane_begins[lane + 1];
  for (std::int64_t begin = rows_.lane_begins[lane]; begin < end; begin += kBlockRows) {
    const std::int64_t count = std::min(end - begin, kBlockRows);
    design_.pack(rows_.values.data() + begin * rows_.columns, count, packed);
    for (std::int64_t product = 0; product < products_; ++product) {
      loops.products(packed, coefficients_[product * panels_].values, panels_, count, product_values_.data() + product * kBlockRows);
    }
    const std::int64_t next = begin + count;
    Block block{.first = begin,
                .rows = count,
                .targets = rows_.targets.data() + begin,
                .panels = packed,
                .products = product_values_.data(),
                .next = {rows_.values.data() + next * rows_.columns, std::min(rows_.size() - next, kBlockRows) * rows_.columns},
                .weights = weights_.empty() ? nullptr : weights_.data(),
                .residuals = residuals_.data(),
                .scalars = scalars};
    visit(block);
  }
}

Matrix unpack_gram(const double* tiles, std::int64_t width) {
  Matrix gram(width, width);
  const std::int64_t panels = panels_of(width);
  for (std::int64_t right = 0; right < panels; ++right) {
    for (std::int64_t left = 0; left <= right; ++left, tiles += kTileSize) {
      for (std::int64_t i = 0; i < kTileSize; ++i) {
        const std::int64_t row = left * kPanelColumns + i / kPanelColumns;
        const std::int64_t column = right * kPanelColumns + i % kPanelColumns;
        if (row <= column && column < width) gram(row, column) = gram(column, row) = tiles[i];
      }
    }
  }
  return gram;
}

PassSums BlockPass::run(const PassShape& shape, std::span<const double> coefficients, const Work& work) const {
  const std::int64_t width = design_.width();
  const std::int64_t panels = panels_of(width);
  const std::int64_t gram_size = tiles_of(panels) * kTileSize;
  const std::int64_t sum_size = panels * kPanelColumns;
  const std::int64_t sums_at = shape.grams * gram_size;
  const std::int64_t scalars_at = sums_at + shape.sums * sum_size;

  const auto make_work = [&]() -> LaneSums::LaneWork {
    auto reader = std::make_shared<BlockReader>(rows_, design_, shape, coefficients);
    return [&, reader](std::int64_t lane, double* total) {
      reader->read(lane, total + scalars_at, [&](Block& block) {
        work(block);
        const Kernels& loops = kernels();
        for (std::int64_t gram = 0; gram < shape.grams; ++gram) {
          const double* weights = shape.unit_weights ? nullptr : block.weights + gram * kBlockRows;
          loops.gram(block.panels, weights, panels, block.rows, total + gram * gram_size, gram == 0 ? block.next : Upcoming{});
        }
        for (std::int64_t sum = 0; sum < shape.sums; ++sum) {
          loops.sums(block.panels, block.residuals + sum * kBlockRows, panels, block.rows, total + sums_at + sum * sum_size);
        }
      });
    };
  };
  const std::vector<double> total = sums_.sum(scalars_at + shape.scalars, make_work);

  PassSums result;
  for (std::int64_t gram = 0; gram < shape.grams; ++gram) result.grams.push_back(unpack_gram(total.data() + gram * gram_size, width));
  for (std::int64_t sum = 0; sum < shape.sums; ++sum) {
    const double* begin = total.data() + sums_at + sum * sum_size;
    result.sums.emplace_back(begin, begin + width);
  }
  result.scalars.assign(total.begin() + scalars_at, total.end());
  return result;
}

}  // namespace galen::trainer::linear
