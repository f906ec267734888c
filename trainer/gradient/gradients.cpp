#include "trainer/gradient/gradients.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/zeros.h>
#include <c10/util/Exception.h>

#include <algorithm>

namespace galen::trainer {

namespace {

// Vectors that the lanes `mine` need at the same time.
std::size_t greatest_depth(data::Range mine, std::int64_t lanes) {
  std::size_t depth = 0;
  LaneTree<int> tree(lanes);
  for (std::int64_t lane = mine.begin; lane < mine.end; ++lane) {
    depth = std::max(depth, tree.subtrees().size() + 1);
    tree.push({0, lane}, 0, [](int, int) { return 0; });
  }
  return depth;
}

}  // namespace

Gradients::Gradients(models::Model& model, ParameterArena& arena, data::Range my_lanes, std::int64_t lanes, int rows)
    : arena_(arena), averages_(model), my_lanes_(my_lanes), size_(arena.size() + RunningAverages::size(model)), tree_(lanes) {
  TORCH_CHECK(my_lanes_.size() > 0, "more workers than lanes");
  for (const auto& named : model.parameters()) parameters_.push_back(named.tensor);

  const std::int64_t stride = ParameterArena::aligned(size_);
  rows_ = arena.rows(rows * stride).view({-1, rows, stride});
  for (std::size_t depth = 0; depth < greatest_depth(my_lanes, lanes); ++depth) {
    const bool shared = depth < static_cast<std::size_t>(rows);
    const at::Tensor vector = shared ? rows_[arena.my_row()][static_cast<std::int64_t>(depth)] : at::zeros({stride}, rows_.options());
    vectors_.push_back(vector.narrow(0, 0, size_));
    views_.push_back(arena.views_of(vectors_.back()));
  }
}

const float* Gradients::partial_sum_of(int node_rank, std::size_t p) const {
  return rows_.const_data_ptr<float>() + node_rank * rows_.stride(0) + static_cast<std::int64_t>(p) * rows_.stride(1);
}

void Gradients::begin_step() {
  tree_.clear();
  scalars_.clear();
  averages_.begin_step();
}

void Gradients::begin_lane() {
  if (!scalars_.empty()) averages_.begin_lane();
}

void Gradients::accumulate(const at::Tensor& loss, double weight, std::int64_t samples) {
  const at::NoGradGuard no_grad;
  const std::size_t top = tree_.subtrees().size();
  LaneScalars scalars;
  if (samples > 0) {
    loss.backward();
    scalars = {loss.item<double>(), weight, static_cast<double>(samples), take_gradients(top)};
    averages_.end_lane(vectors_[top].narrow(0, arena_.size(), size_ - arena_.size()), samples);
  } else {
    vectors_[top].zero_();
  }
  const std::int64_t lane = my_lanes_.begin + static_cast<std::int64_t>(scalars_.size());
  scalars_.push_back(scalars);
  tree_.push({0, lane}, top, [this](std::size_t left, std::size_t right) {
    vectors_[left].add_(vectors_[right]);
    return left;
  });
}

// A parameter's gradient is taken out of the backward pass's own tensor, so that none has to be set to zero before it.
double Gradients::take_gradients(std::size_t vector) {
  double unused = 0;
  for (std::size_t i = parameters_.size(); i-- > 0;) {
    at::Tensor& gradient = parameters_[i].mutable_grad();
    if (gradient.defined()) {
      views_[vector][i].copy_(gradient);
      gradient.reset();
    } else {
      views_[vector][i].zero_();
      unused = static_cast<double>(i) + 1;
    }
  }
  return unused;
}

}  // namespace galen::trainer
