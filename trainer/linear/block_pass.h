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

/// The numbers of results of a pass: linear predictors, weighted Gram matrices, vectors and numbers.
struct PassShape {
  std::int64_t products = 0;  ///< vectors of coefficients by which the design is multiplied
  std::int64_t grams = 0;     ///< XᵀWX, each with its own weights
  std::int64_t sums = 0;      ///< Xᵀr
  std::int64_t scalars = 0;
  bool unit_weights = false;  ///< of Gram matrices: all 1, and not computed
};

/// Rows of a lane while they are in the cache. The visitor reads `products` and `targets`, fills `weights` and `residuals`, each
/// [.., kBlockRows], and adds to `scalars`.
struct Block {
  std::int64_t first = 0;  ///< first row of the block, among those of this worker
  std::int64_t rows = 0;   ///< at most kBlockRows
  const double* targets = nullptr;
  const double* panels = nullptr;
  const double* products = nullptr;
  Upcoming next = {};         ///< the rows that follow
  double* weights = nullptr;  ///< null: not requested
  double* residuals = nullptr;
  double* scalars = nullptr;
};

struct PassSums {
  std::vector<Matrix> grams = {};  ///< [width, width], both triangles
  std::vector<std::vector<double>> sums = {};
  std::vector<double> scalars = {};
};

/// One pass of the rows of all workers through the cache, for all sums that a regression needs in a round.
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

/// Reads the rows of one lane, block by block, packed and multiplied by `coefficients`; used by run(). One thread.
class BlockReader {
 public:
  BlockReader(const TableRows& rows, const Design& design, const PassShape& shape, std::span<const double> coefficients);

  /// Calls `visit` for each block of the lane; `scalars` is passed to it.
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
