#include "trainer/linear/sandwich.h"

#include <algorithm>
#include <memory>
#include <vector>

namespace galen::trainer::linear {
namespace {

// The scores of a lane's patients, a block of them at a time, and the upper triangle of Σ s sᵀ.
class PatientScores {
 public:
  PatientScores(std::int64_t size, double* tiles) : panels_(panels_of(size)), values_(panels_ * kPanelSize), tiles_(tiles) {}

  void add(std::int64_t position, double value) {
    values_[position / kPanelColumns * kPanelSize + filled_ * kPanelColumns + position % kPanelColumns] += value;
  }

  void end_patient() {
    if (++filled_ == kBlockRows) flush();
  }

  void flush() {
    kernels().gram(values_.data(), nullptr, panels_, filled_, tiles_, {});
    std::ranges::fill(values_, 0.0);
    filled_ = 0;
  }

 private:
  std::int64_t panels_;
  std::int64_t filled_ = 0;
  std::vector<double> values_;
  double* tiles_;
};

}  // namespace

Matrix scores_by_row(const Objective& objective, std::span<const double> coefficients) {
  const Family& family = objective.problem().family;
  const std::int64_t outputs = objective.outputs(), width = objective.design().width();
  const PassShape shape{
      .products = outputs, .grams = outputs * (outputs + 1) / 2, .sums = outputs, .scalars = kFamilyScalars, .unit_weights = false};
  const BlockPass pass(objective.problem().rows, objective.problem().sums, objective.design());
  const PassSums sums = pass.run(shape, coefficients, [&](Block& block) {
    family.evaluate(block);
    double* weights = block.weights;
    for (std::int64_t a = 0; a < outputs; ++a) {
      for (std::int64_t b = a; b < outputs; ++b, weights += kBlockRows) {
        for (std::int64_t row = 0; row < block.rows; ++row) {
          weights[row] = block.residuals[a * kBlockRows + row] * block.residuals[b * kBlockRows + row];
        }
      }
    }
  });
  Matrix result(outputs * width, outputs * width);
  std::size_t pair = 0;
  for (std::int64_t a = 0; a < outputs; ++a) {
    for (std::int64_t b = a; b < outputs; ++b, ++pair) {
      for (std::int64_t row = 0; row < width; ++row) {
        for (std::int64_t column = 0; column < width; ++column) {
          result(a * width + row, b * width + column) = result(b * width + column, a * width + row) = sums.grams[pair](row, column);
        }
      }
    }
  }
  return result;
}

Matrix scores_by_patient(const Objective& objective, std::span<const double> coefficients) {
  const Problem& problem = objective.problem();
  const std::int64_t width = objective.design().width();
  const PassShape shape{.products = objective.outputs(), .sums = objective.outputs(), .scalars = kFamilyScalars};
  const std::int64_t tiles = tiles_of(panels_of(objective.size())) * kTileSize;
  const std::vector<double> total = problem.sums.sum(tiles, [&]() -> LaneSums::LaneWork {
    auto reader = std::make_shared<BlockReader>(problem.rows, objective.design(), shape, coefficients);
    return [&, reader](std::int64_t lane, double* sum) {
      PatientScores scores(objective.size(), sum);
      std::vector<double> scalars(kFamilyScalars);
      const std::int64_t end = problem.rows.lane_begins[lane + 1];
      reader->read(lane, scalars.data(), [&](Block& block) {
        problem.family.evaluate(block);
        for (std::int64_t row = 0; row < block.rows; ++row) {
          for (std::int64_t position = 0; position < objective.size(); ++position) {
            const std::int64_t c = position % width;
            const double value = block.panels[c / kPanelColumns * kPanelSize + row * kPanelColumns + c % kPanelColumns];
            scores.add(position, value * block.residuals[position / width * kBlockRows + row]);
          }
          const std::int64_t next = block.first + row + 1;
          if (next == end || problem.rows.patients[next] != problem.rows.patients[next - 1]) scores.end_patient();
        }
      });
      scores.flush();
    };
  });
  return unpack_gram(total.data(), objective.size());
}

Matrix sandwich(const Matrix& bread, const Matrix& scores) { return product(product(bread, scores), bread); }

}  // namespace galen::trainer::linear
