#pragma once

#include "trainer/lanes/lane_sums.h"
#include "trainer/linear/design.h"
#include "trainer/linear/kernels.h"
#include "trainer/samples/table_rows.h"

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace galen::trainer::linear {

/// What a pass gives: for each linear predictor, weighted Gram matrix, vector and number how many there are.
struct PassShape {
  std::int64_t products = 0;  ///< vectors of coefficients that the design is multiplied with
  std::int64_t grams = 0;     ///< XᵀWX, each with weights of its own
  std::int64_t sums = 0;      ///< Xᵀr
  std::int64_t scalars = 0;
  bool unit_weights = false;  ///< of Gram matrices: all 1, and not asked for
};

/// Rows of a lane while they are in the cache. Who works on it reads `products` and `targets` and fills `weights` and `residuals`, each
/// [.., kBlockRows], and adds to `scalars`.
struct Block {
  std::int64_t first = 0;  ///< of the block's rows, among those of this worker
  std::int64_t rows = 0;   ///< at most kBlockRows
  const double* targets = nullptr;
  const double* panels = nullptr;
  const double* products = nullptr;
  Upcoming next = {};         ///< the rows that follow
  double* weights = nullptr;  ///< null: not asked for
  double* residuals = nullptr;
  double* scalars = nullptr;
};

struct PassSums {
  std::vector<Matrix> grams = {};  ///< [width, width], both triangles
  std::vector<std::vector<double>> sums = {};
  std::vector<double> scalars = {};
};

/// The rows of all workers once through the cache: whatever a regression needs of them in a round.
class BlockPass {
 public:
  using Work = std::function<void(Block&)>;

  /// References must outlive this.
  BlockPass(const TableRows& rows, const LaneSums& sums, const Design& design) : rows_(rows), sums_(sums), design_(design) {}

  /// `coefficients`: [shape.products, width]. `work` is called from several threads at once, for blocks in the order of rows within a lane.
  /// Collective; the same bits on every rank and on any number of them.
  PassSums run(const PassShape& shape, std::span<const double> coefficients, const Work& work) const;

  const TableRows& rows() const { return rows_; }
  const LaneSums& lane_sums() const { return sums_; }
  const Design& design() const { return design_; }

 private:
  const TableRows& rows_;
  const LaneSums& sums_;
  const Design& design_;
};

/// The rows of one lane, block by block, packed and multiplied with `coefficients`: what run() is made of. One thread.
class BlockReader {
 public:
  BlockReader(const TableRows& rows, const Design& design, const PassShape& shape, std::span<const double> coefficients);

  /// Calls `visit` for each block of the lane; `scalars` is handed on.
  void read(std::int64_t lane, double* scalars, const std::function<void(Block&)>& visit);

 private:
  const TableRows& rows_;
  const Design& design_;
  std::int64_t products_, panels_;
  std::vector<PanelRow> packed_, coefficients_;
  std::vector<double> product_values_, weights_, residuals_;
};

/// Both triangles of the matrix whose upper triangle lies in `tiles` (see kernels.h).
Matrix unpack_gram(const double* tiles, std::int64_t width);

}  // namespace galen::trainer::linear
