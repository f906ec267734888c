#pragma once

#include "comm/communicator.h"
#include "galen/random_stream.h"
#include "galen/range.h"
#include "trainer/gradient/exchange/low_rank_kernels.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace galen::trainer {

/// A matrix in a flat vector, in row-major order.
struct FlatMatrix {
  std::int64_t begin, rows, columns;

  std::int64_t size() const { return rows * columns; }
  std::int64_t end() const { return begin + size(); }
  bool operator==(const FlatMatrix&) const = default;
};

/// The parts of `slice` worth compressing: of each parameter seen as a matrix the rows that are wholly in the slice, if factors of `rank`
/// have at most half as many elements. Begins are relative to the slice's. `parameters`: ordered by their begins.
std::vector<FlatMatrix> compressible_parts(const std::vector<FlatMatrix>& parameters, Range slice, std::int64_t rank);

/// The sums of one slice over all nodes, with matrices sent as two thin factors (Vogels et al., "PowerSGD: Practical Low-Rank Gradient
/// Compression for Distributed Optimization", 2019): each step is one step of subspace iteration, which starts where the last one ended.
/// The error of the factors is added to the same node's next matrix, so that nothing is lost over the steps.
///
/// Needs as much memory as the matrices. Elements outside matrices are sent uncompressed from each peer to every other: they should be the
/// smaller part.
class PowerSgd {
 public:
  /// `peers`: the owners of the slice, in the order of their nodes; must outlive this. All pass the same arguments. `matrices`: ordered by
  /// their begins, relative to the slice's; they do not overlap. `rank`: at most their rows and columns. `seed`: of the first factors.
  PowerSgd(std::int64_t slice_size, const std::vector<FlatMatrix>& matrices, std::int64_t rank, std::uint64_t seed,
           comm::Communicator& peers);

  /// `values`: the slice; replaces this node's sums by those over all nodes: approximate in the matrices, elsewhere added in the order of
  /// nodes. The same bits on all peers. A matrix that is not finite on some node becomes NaN on all, and its state is reset. Collective.
  void sum(float* values);

 private:
  struct Matrix {
    LowRankShape shape;
    std::int64_t begin;
    float* unsent;            // [rows, columns]: this node's sums, of which left my_rightᵀ has been sent
    float *my_left, *left;    // [rank, rows]: this node's; all nodes', orthonormal
    float *my_right, *right;  // [rank, columns]: this node's; all nodes'
    float* basis;             // [rank, columns]: the next step projects onto it
  };

  /// A vector from every peer.
  struct Exchange {
    at::Tensor mine, all;
    std::vector<std::int64_t> counts;
  };

  static Exchange make_exchange(std::int64_t size, int peers);
  void add_up(Exchange& exchange);
  void renew_basis(const Matrix& matrix);
  void forget(const Matrix& matrix);
  void draw(float* values, std::int64_t size);

  comm::Communicator& peers_;
  RandomStream random_;  // the same on all peers
  std::vector<Matrix> matrices_;
  std::vector<Range> rest_;      // the parts of the slice outside matrices
  std::int64_t rest_begin_ = 0;  // its place in lefts_
  at::Tensor unsent_, bases_;
  Exchange lefts_, rights_;  // the matrices' factors; the left ones are sent with the rest of the slice
};

}  // namespace galen::trainer
